# Before anybody's own rules.
require ["duplicate", "fileinto", "variables"];

# What the other part hands over again, since it could not know that it had arrived (a part was stopped between two words), is not
# kept twice: our own line "Received", the first one, has the same number and time then. Other copies of a letter have others.
if header :matches "Received" "*(Postfix)* id *" {
  if duplicate :seconds 172800 :uniqueid "${3}" {
    discard;
    stop;
  }
}

# What the filter marked goes to Junk. The filter takes such a header away from what comes with one.
if header :is "X-Spam" "Yes" {
  fileinto "Junk";
  stop;
}
