# What somebody finds who got into a service. Prints a line for each thing, "KIND WHAT". After __END__ come lines: ADDRESS:PORT
# to connect to, and @NAME for an abstract socket. Markers are texts "marker-KIND-SERVICE-PART" that the test has put everywhere.
use strict;
use warnings;
use Errno;
use Socket qw(:DEFAULT SOCK_NONBLOCK);

my %seen;
sub found { my $line = join(' ', @_); print "$line\n" unless $seen{$line}++; }

# Every marker in a file, which may be endless.
sub search {
  my ($kind, $path) = @_;
  open(my $file, '<:raw', $path) or return;
  my ($text, $read, $rest) = ('', 0, '');
  while ($read < 64 * 1024 * 1024 && sysread($file, $text, 1024 * 1024)) {
    $read += length $text;
    $text = $rest . $text;
    found($kind, $1) while $text =~ /(marker-[a-z]+-[a-z]+-[a-z]*)/g;
    $rest = substr($text, -64);
  }
}

# The whole tree but the kernel's own: state, secrets, other mounts, whatever is there.
my @open = grep { !m{^/(proc|sys|dev)$} } glob('/* /.[!.]*');
while (defined(my $path = pop @open)) {
  next if -l $path;
  if (-d _) { push @open, glob("\Q$path\E/* \Q$path\E/.[!.]*"); }
  elsif (-f _) { search('file', $path); }
}

# Every process that shows: its words, its environment, and its files, by way of its root.
for my $process (glob('/proc/[0-9]*')) {
  search('process', "$process/$_") for 'environ', 'cmdline';
  next if $process eq "/proc/$$";
  opendir(my $root, "$process/root/run") or next;
  found('root', $_) for grep { /freehold|podman/ } readdir $root;
}

# Sockets: the kernel's list, and those that we know of. All addresses are tried at the same time: most of them say nothing at all.
search('listed', '/proc/net/unix');
my %trying;
while (my $word = <DATA>) {
  chomp $word;
  if ($word =~ /^@(.*)/) {
    socket(my $socket, AF_UNIX, SOCK_STREAM, 0) or die;
    found('socket', $1) if connect($socket, pack_sockaddr_un("\0$1"));
  } elsif (my ($address, $port) = $word =~ /^(.*):(\d+)$/) {
    socket(my $socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0) or die;
    my $at_once = connect($socket, pack_sockaddr_in($port, inet_aton($address)));
    if ($at_once) { found('address', $word) }
    elsif ($!{EINPROGRESS}) { $trying{$word} = $socket }
  }
}
for (my $end = time + 2; %trying and time < $end;) {
  my $ready = '';
  vec($ready, fileno $_, 1) = 1 for values %trying;
  next if select(undef, $ready, undef, 0.25) <= 0;
  for my $word (grep { vec($ready, fileno $trying{$_}, 1) } keys %trying) {
    my $fault = unpack('i', getsockopt($trying{$word}, SOL_SOCKET, SO_ERROR));
    found('address', $word) if $fault == 0;
    delete $trying{$word};
  }
}

# What a service has no business to do.
found('wrote', $_) for grep { open(my $file, '>', $_) } '/etc/passwd', '/proc/sys/kernel/hostname', '/proc/sysrq-trigger', '/usr/bin/spy';
found('wrote', '/tmp') if open(my $file, '>', '/tmp/spy') and unlink '/tmp/spy';
found('opened', $_) for grep { open(my $file, '<', $_) } '/dev/mem', '/dev/kmsg', '/dev/vda', '/proc/kcore', '/proc/1/root/var/lib/freehold';
found('became', 'root') if $> == 0 or ($> = 0, $> == 0);
print "done\n";
