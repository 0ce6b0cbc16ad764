import { describe, expect, test } from "vitest";
import { loadFiles, problemLine } from "./case.ts";

const image = "image: docker.io/library/nginx:1.29\n";

/** The problems of a service in a small site, without its file's name. */
async function problems(service: string, others: Record<string, string> = {}): Promise<string[]> {
  const { problems } = await loadFiles({ "services/app.yaml": service, ...others });
  return problems.map(
    (one) => `${problemLine(one).replace("services/app.yaml:", "")}${one.severity === "warning" ? " warning" : ""}`,
  );
}

type Row = readonly [rule: string, service: string, ...expected: string[]];

const tooLongName = "a".repeat(64);
const longestName = "a".repeat(63);

const names: Row[] = [
  ["a port's name may have 63 characters", `${image}ports: {${longestName}: {port: 1}}\n`],
  ["a port's name may not have 64", `${image}ports: {${tooLongName}: {port: 1}}\n`, "2:9 NAME_INVALID"],
  [
    "a port's name has a letter in it, or it would be a number in reach",
    `${image}ports: {25: {port: 25}}\n`,
    "2:9 NAME_INVALID",
  ],
  ["names are lower case", `${image}state: {Data: /data}\n`, "2:9 NAME_INVALID"],
  ["names have no dash at the end", `${image}state: {data-: /data}\n`, "2:9 NAME_INVALID"],
  ["names have no underscore", `${image}state: {my_data: /data}\n`, "2:9 NAME_INVALID"],
  ["a name is a name, even constructor", `${image}state: {constructor: /data}\n`],
  ["parts are named, too", "parts: {Server: {image: docker.io/library/nginx:1.29}}\n", "1:9 NAME_INVALID"],
];

const sources: Row[] = [
  ["a service has something to run", "port: 80\n", "1:1 SOURCE_MISSING"],
  ["a service has one thing to run", `${image}external: http://10.0.0.1\n`, "2:1 SOURCE_TWICE"],
  ["parts are not nothing", "parts: {}\n", "1:8 SOURCE_MISSING"],
  ["a part has an image or a Containerfile", "parts: {web: {port: 80}}\n", "1:14 SOURCE_MISSING"],
  ["an image names its registry", "image: nginx:1.29\n", "1:8 IMAGE_NO_REGISTRY"],
  ["an image names its registry, also with an owner", "image: grafana/grafana:12\n", "1:8 IMAGE_NO_REGISTRY"],
  ["a registry may be localhost or have a port", "image: localhost/app:1\n"],
  ["a registry with a port", "image: registry.lan:5000/app:1\n"],
  ["an image without tag or digest is a warning", "image: docker.io/library/nginx\n", "1:8 IMAGE_UNPINNED warning"],
  ["tag and digest together are fine", `image: docker.io/library/nginx:1.29@sha256:${"0".repeat(64)}\n`],
  ["a digest alone is fine", `image: docker.io/library/nginx@sha256:${"0".repeat(64)}\n`],
  ["a digest has 64 digits", `image: docker.io/library/nginx@sha256:${"0".repeat(63)}\n`, "1:8 IMAGE_INVALID"],
  ["an image has no blanks", "image: docker.io/library/nginx 1.29\n", "1:8 IMAGE_INVALID"],
  ["freehold maintains some images", "image: freehold/git\n"],
  ["freehold maintains no others", "image: freehold/gti\n", "1:8 IMAGE_UNKNOWN"],
  ["a static service has nothing else", "static: x\nport: 80\n", "1:9 FILE_MISSING", "2:1 KEY_MISPLACED"],
  ["an external service has nothing else", "external: http://10.0.0.1\nreach: [internet]\n", "2:1 KEY_MISPLACED"],
  ["an external address is http or https", "external: nas.lan:9000\n", "1:11 URL_INVALID"],
  ["an external address has no path", "external: https://nas.lan/files\n", "1:11 URL_INVALID"],
  ["an external address has no password", "external: https://a:b@nas.lan\n", "1:11 URL_INVALID"],
  ["an external address may be IPv6", "external: http://[fd00::1]:8080\n"],
  ["a directory to build from is in the site", "build: ../x\n", "1:8 FILE_OUTSIDE"],
];

const certificate: Row[] = [
  ["a certificate's names may be relative", `${image}certificate: {path: /run/tls, names: ["@", "*", mail]}\n`],
  [
    "a certificate has the names that are written",
    `${image}certificate: {path: /run/tls, names: [mail.example.org]}\n`,
  ],
  [
    "a certificate may be for every name under one",
    `${image}certificate: {path: /run/tls, names: ["*.example.org"]}\n`,
  ],
  [
    "a certificate has the hosts of expose, if nothing is written",
    `${image}port: 1\nexpose: private\ncertificate: {path: /run/tls}\n`,
  ],
  ["a certificate is for some name", `${image}certificate: {path: /run/tls}\n`, "2:14 CERTIFICATE_NAMES"],
  [
    "a certificate is not for a list of nothing",
    `${image}certificate: {path: /run/tls, names: []}\n`,
    "2:38 CERTIFICATE_NAMES",
  ],
  ["a certificate has a path", `${image}certificate: {names: [example.org]}\n`, "2:14 KEY_MISSING"],
  [
    "a certificate is not for other people's names",
    `${image}certificate: {path: /run/tls, names: [example.com]}\n`,
    "2:39 HOST_FOREIGN",
  ],
  ["nor for all of them", `${image}certificate: {path: /run/tls, names: ["*.com"]}\n`, "2:39 HOST_FOREIGN"],
  [
    "a name that only ends like ours is not ours",
    `${image}certificate: {path: /run/tls, names: [myexample.org]}\n`,
    "2:39 HOST_FOREIGN",
  ],
  [
    "a star stands first and alone",
    `${image}certificate: {path: /run/tls, names: ["m*.example.org"]}\n`,
    "2:39 HOST_INVALID",
  ],
  ["a star stands once", `${image}certificate: {path: /run/tls, names: ["*.*"]}\n`, "2:39 HOST_INVALID"],
  ["an address is no name", `${image}certificate: {path: /run/tls, names: [192.168.1.1]}\n`, "2:39 HOST_INVALID"],
  [
    "a certificate has its path to itself",
    `${image}state: {data: /run/tls}\ncertificate: {path: /run/tls, names: [example.org]}\n`,
    "3:21 MOUNT_TWICE",
  ],
  ["certificates are the site's", `${image}certificates: local\n`, "2:1 KEY_MISPLACED"],
  [
    "several parts have one each",
    `parts: {a: {${image.trim()}, certificate: {path: /run/tls}}}\n`,
    "1:63 CERTIFICATE_NAMES",
  ],
  [
    "static files have none",
    "static: x\ncertificate: {path: /run/tls, names: [example.org]}\n",
    "1:9 FILE_MISSING",
    "2:1 KEY_MISPLACED",
  ],
];

const app = `${image}port: 80\nexpose: private\n`;
const records: Row[] = [
  [
    "records are lines of a zone file",
    `${app}records: ["@ MX 10 app", _x._tcp SRV 0 5 5222 app, "*.lab A 192.0.2.1", "v6 AAAA 2001:DB8::1"]\n`,
  ],
  [
    "records are text and authorities as well",
    `${app}records: ["@ TXT v=spf1 mx -all", '@ CAA 0 issue "letsencrypt.org"', "www CNAME app"]\n`,
  ],
  ["a record's type may be small", `${app}records: ["@ mx 10 app"]\n`],
  ["nothing is an answer", `${app}records: ["@ MX 0 .", "_x._tcp SRV 0 0 0 ."]\n`],
  ["a record has a name, a type and a value", `${app}records: [mail]\n`, "4:11 RECORD_INVALID"],
  ["a record has a type that we know", `${app}records: ["@ MXX 10 app"]\n`, "4:11 RECORD_INVALID"],
  ["a record has no time to live", `${app}records: ["@ 3600 MX 10 app"]\n`, "4:11 RECORD_INVALID"],
  ["a record's name is one", `${app}records: ["a..b A 192.0.2.1"]\n`, "4:11 RECORD_INVALID"],
  ["a star stands in front", `${app}records: ["a.* A 192.0.2.1"]\n`, "4:11 RECORD_INVALID"],
  ["an address is one", `${app}records: ["a A 192.0.2.256"]\n`, "4:11 RECORD_INVALID"],
  ["an address is of its family", `${app}records: ["a AAAA 192.0.2.1"]\n`, "4:11 RECORD_INVALID"],
  ["mail goes to a host", `${app}records: ["@ MX app"]\n`, "4:11 RECORD_INVALID"],
  ["mail goes to no address", `${app}records: ["@ MX 10 192.0.2.1"]\n`, "4:11 RECORD_INVALID"],
  ["a host has no underscore", `${app}records: ["@ MX 10 _app"]\n`, "4:11 RECORD_INVALID"],
  ["a service has three numbers", `${app}records: ["_x._tcp SRV 0 5222 app"]\n`, "4:11 RECORD_INVALID"],
  ["numbers end at 65535", `${app}records: ["_x._tcp SRV 0 5 65536 app"]\n`, "4:11 RECORD_INVALID"],
  ["text is ASCII", `${app}records: ["a TXT grün"]\n`, "4:11 RECORD_INVALID"],
  ["text in quotes ends", `${app}records: ['a TXT "b']\n`, "4:11 RECORD_INVALID"],
  ["text may be long", `${app}records: ["a TXT ${"k".repeat(4096)}"]\n`],
  ["text is not too long", `${app}records: ["a TXT ${"k".repeat(4097)}"]\n`, "4:11 RECORD_INVALID"],
  ["a record is of our domains", `${app}records: ["a.example.com. A 192.0.2.1"]\n`, "4:11 RECORD_FOREIGN"],
  ["a name in full ends in a dot", `${app}records: ["a.example.org. A 192.0.2.1"]\n`],
  [
    "a name in full without a dot is a mistake",
    `${app}records: ["a.example.org A 192.0.2.1"]\n`,
    "4:11 RECORD_FOREIGN",
  ],
  ["so is a host in full without one", `${app}records: ["@ MX 10 app.example.org"]\n`, "4:11 RECORD_FOREIGN"],
  ["each domain may have a record", `${app}records: ["each @ MX 10 app", "EACH _x._tcp SRV 0 5 5222 app"]\n`],
  ["a record may be called each", `${app}records: [each A 192.0.2.1, each TXT A words]\n`],
  ["a record called each may lead to mx", `${app}records: [each CNAME mx, mx A 192.0.2.1]\n`],
  ["each domain has no name in full", `${app}records: ["each a.example.org. A 192.0.2.1"]\n`, "4:11 RECORD_INVALID"],
  ["each domain has a record once", `${app}records: ["each a A 192.0.2.1", "a A 192.0.2.1"]\n`, "4:33 RECORD_TWICE"],
  ["a record stands once", `${app}records: ["a A 192.0.2.1", "a.example.org. A 192.0.2.1"]\n`, "4:28 RECORD_TWICE"],
  [
    "a sender has one policy",
    `${app}records: ["@ TXT v=spf1 mx -all", "@ TXT v=spf1 -all"]\n`,
    "4:11 RECORD_TWICE",
    "4:35 RECORD_TWICE",
  ],
  ["a CNAME stands alone", `${app}records: ["a CNAME app", "a A 192.0.2.1"]\n`, "4:11 RECORD_CNAME"],
  ["a CNAME stands beside no host", `${app}records: ["app CNAME mail.example.com."]\n`, "4:11 RECORD_CNAME"],
  [
    "two CNAMEs are one too many",
    `${app}records: ["a CNAME app", "a CNAME b.example.com."]\n`,
    "4:11 RECORD_CNAME",
    "4:26 RECORD_CNAME",
  ],
  ["a domain is no CNAME", `${app}records: ["@ CNAME app"]\n`, "4:11 RECORD_CNAME"],
  ["a record leads to a host that is there", `${app}records: ["@ MX 10 mial"]\n`, "4:11 RECORD_TARGET warning"],
  ["or to one that a record makes", `${app}records: ["@ MX 10 mx", "mx A 192.0.2.1"]\n`],
  ["or elsewhere", `${app}records: ["@ MX 10 mx.example.com."]\n`],
  [
    "a host elsewhere without a dot is not meant",
    `${app}records: ["@ MX 10 mx.example.com"]\n`,
    "4:11 RECORD_TARGET warning",
  ],
  ["static files have records as well", 'static: x\nrecords: ["a A 192.0.2.1"]\n', "1:9 FILE_MISSING"],
  [
    "records belong to the whole service",
    `parts: {a: {${image.trim()}, records: ["a A 192.0.2.1"]}}\n`,
    "1:50 KEY_MISPLACED",
  ],
];

const ports: Row[] = [
  ["ports go up to 65535", `${image}port: 65535\n`],
  ["no port is 65536", `${image}port: 65536\n`, "2:7 PORT_OUT_OF_RANGE"],
  ["no port is 0", `${image}port: 0\n`, "2:7 PORT_OUT_OF_RANGE"],
  ["a port is a whole number", `${image}port: 80.5\n`, "2:7 PORT_OUT_OF_RANGE"],
  ["a port is not text", `${image}port: http\n`, "2:7 PORT_OUT_OF_RANGE"],
  ["a port is not nothing", `${image}port:\n`, "2:1 PORT_OUT_OF_RANGE"],
  ["ports are maps", `${image}ports: {imaps: 993}\n`, "2:16 TYPE_WRONG"],
  ["ports have a port", `${image}ports: {imaps: {}}\n`, "2:16 KEY_MISSING"],
  ["one number is one port of a part", `${image}port: 80\nports: {a: {port: 80}}\n`, "3:19 PORT_TWICE"],
  ["tcp and udp are different ports", `${image}ports: {a: {port: 53}, b: {port: 53, protocol: udp, published: 54}}\n`],
  [
    "udp has no proxy-v2",
    `${image}ports: {a: {port: 53, protocol: udp, client-address: proxy-v2}}\n`,
    "2:54 KEY_MISPLACED",
  ],
  ["udp is not published yet", `${image}ports: {a: {port: 53, protocol: udp}}\nexpose: private\n`, "2:33 NOT_YET"],
];

const expose: Row[] = [
  ["expose needs a port", `${image}expose: public\n`, "2:9 EXPOSE_NO_PORT"],
  ["expose needs no HTTP port when ports are meant", `${image}ports: {a: {port: 25}}\nexpose: public\n`],
  ["expose is a word", `${image}port: 80\nexpose: pubilc\n`, "3:9 WORD_UNKNOWN"],
  ["expose is no host outside a list", `${image}port: 80\nexpose: app.example.org\n`, "3:9 WORD_UNKNOWN"],
  ["expose is no map outside a list", `${image}port: 80\nexpose: {to: public}\n`, "3:9 TYPE_WRONG"],
  ["a host is the domain itself", `${image}port: 80\nexpose: [example.org]\n`],
  ["a host is compared in lower case", `${image}port: 80\nexpose: [App.Example.ORG]\n`],
  ["a host is deep under the domain", `${image}port: 80\nexpose: [a.b.c.example.org]\n`],
  ["a host is not under another domain", `${image}port: 80\nexpose: [app.example.com]\n`, "3:10 HOST_FOREIGN"],
  [
    "a host only looks like it is under the domain",
    `${image}port: 80\nexpose: [notexample.org]\n`,
    "3:10 HOST_FOREIGN",
  ],
  ["a host may be relative to the domain", `${image}port: 80\nexpose: ["@", www, {host: photos}]\n`],
  [
    "a relative host is the same as the whole one",
    `${image}port: 80\nexpose: [www, www.example.org]\n`,
    "3:10 EXPOSE_TAKEN",
    "3:15 EXPOSE_TAKEN",
  ],
  ["a word for everybody is no host", `${image}port: 80\nexpose: [private]\n`, "3:10 HOST_INVALID"],
  ["a host has no port", `${image}port: 80\nexpose: ["app.example.org:443"]\n`, "3:10 HOST_INVALID"],
  ["a host has no star", `${image}port: 80\nexpose: ["*.example.org"]\n`, "3:10 HOST_INVALID"],
  ["a host has no underscore", `${image}port: 80\nexpose: [my_app.example.org]\n`, "3:10 HOST_INVALID"],
  ["a path begins with a slash", `${image}port: 80\nexpose: [{path: photos}]\n`, "3:17 PATH_INVALID"],
  ["a path has no query", `${image}port: 80\nexpose: [{path: "/a?b"}]\n`, "3:17 PATH_INVALID"],
  ["a path is plain", `${image}port: 80\nexpose: [{path: /a/../b}]\n`, "3:17 PATH_INVALID"],
  [
    "host and path are unique, without a slash at the end",
    `${image}port: 80\nexpose: [{path: /a}, {path: /a/}]\n`,
    "3:10 EXPOSE_TAKEN",
    "3:22 EXPOSE_TAKEN",
  ],
  ["one host has several paths", `${image}port: 80\nexpose: [{path: /a}, {path: /a/b}, {path: /}]\n`],
  [
    "one host has one to",
    `${image}port: 80\nexpose: [{path: /a, to: public}, {path: /b}]\n`,
    "3:10 EXPOSE_TO_DIFFERS",
    "3:34 EXPOSE_TO_DIFFERS",
  ],
  ["a trial is never public", `${image}port: 80\nexpose: public\nstage: trial\n`, "3:9 EXPOSE_TRIAL"],
  [
    "a trial is never public under a host",
    `${image}port: 80\nexpose: [{to: public}]\nstage: trial\n`,
    "3:15 EXPOSE_TRIAL",
  ],
  ["a trial may be private", `${image}port: 80\nexpose: private\nstage: trial\n`],
  ["extended asks for a login, which is not there yet", `${image}stage: extended\n`, "2:8 NOT_YET"],
  [
    "several parts with a port: part says which",
    "parts: {a: {image: freehold/git, port: 1}, b: {image: freehold/git, port: 2}}\nexpose: public\n",
    "2:9 EXPOSE_PART_NEEDED",
  ],
  [
    "one part with a port is meant",
    "parts: {a: {image: freehold/git, port: 1}, b: {image: freehold/git}}\nexpose: public\n",
  ],
  [
    "part names a part of the service",
    "parts: {a: {image: freehold/git, port: 1}}\nexpose: [{part: b}]\n",
    "2:17 EXPOSE_PART_UNKNOWN",
  ],
  [
    "part names a part with a port",
    "parts: {a: {image: freehold/git, port: 1}, b: {image: freehold/git}}\nexpose: [{part: b}]\n",
    "2:17 EXPOSE_PART_UNKNOWN",
  ],
  [
    "a port of the front door's own is not free",
    `${image}ports: {a: {port: 443}}\nexpose: public\n`,
    "2:19 PUBLISHED_FRONT_DOOR",
  ],
  ["it is when nothing is exposed", `${image}ports: {a: {port: 443}}\n`],
  [
    "one published port for two parts",
    "parts: {a: {image: freehold/git, ports: {x: {port: 5}}}, b: {image: freehold/git, ports: {y: {port: 5}}}}\nexpose: private\n",
    "1:52 PUBLISHED_TAKEN",
    "1:101 PUBLISHED_TAKEN",
  ],
];

const mail = {
  "services/mail.yaml": "image: freehold/git\nports: {submission: {port: 587}}\n",
  "services/silent.yaml": image,
};

const reach: Row[] = [
  ["reach a service, its port by number and by name", `${image}reach: [mail, "mail:587", mail:submission]\n`],
  ["reach the world", `${image}reach: [internet, internet:443, lan, lan:9100, machine, machine:53]\n`],
  ["reach nothing that is not there", `${image}reach: [mial]\n`, "2:9 REACH_UNKNOWN_SERVICE"],
  ["reach no port that nobody offers", `${image}reach: [mail:25]\n`, "2:9 REACH_UNKNOWN_PORT"],
  ["reach no name that nobody offers", `${image}reach: [mail:submision]\n`, "2:9 REACH_UNKNOWN_PORT"],
  ["reach oneself: a warning", `${image}reach: [app]\n`, "2:9 REACH_SELF warning"],
  ["reach ports that are ports", `${image}reach: [mail:99999]\n`, "2:9 PORT_OUT_OF_RANGE"],
  ["reach zones by number only", `${image}reach: [internet:https]\n`, "2:9 PORT_OUT_OF_RANGE"],
  ["reach a service that offers something", `${image}reach: [silent]\n`, "2:9 REACH_NOTHING"],
  [
    "reach a service that no part is called like",
    "parts: {mail: {image: freehold/git}}\nreach: [mail]\n",
    "2:9 PART_NAME_TAKEN",
  ],
  ["reach is a list", `${image}reach: internet\n`, "2:8 TYPE_WRONG"],
  ["reach has no blank behind the colon", `${image}reach: [mail: 587]\n`, "2:9 REACH_INVALID"],
];

const settings: Row[] = [
  ["command is a list of words", `${image}command: sleep 1\n`, "2:10 TYPE_WRONG"],
  ["a word of a command may be a number", `${image}command: [sleep, 10]\n`],
  ["a word of a command is not a list", `${image}command: [sleep, [1]]\n`, "2:18 TYPE_WRONG"],
  ["user is a number", `${image}user: 1000\n`],
  ["user is two numbers", `${image}user: 1000:1000\n`],
  ["user is a name", `${image}user: www-data\n`],
  ["user is at most 65535", `${image}user: 65536\n`, "2:7 USER_INVALID"],
  ["env takes numbers and booleans", `${image}env: {A: 1, B: true, C: text, D: ""}\n`],
  ["env does not take nothing", `${image}env: {A: null}\n`, "2:10 ENV_VALUE_INVALID"],
  ["env takes no lists", `${image}env: {A: [1]}\n`, "2:10 ENV_VALUE_INVALID"],
  ["env has names as POSIX has them", `${image}env: {A-B: 1}\n`, "2:7 ENV_NAME_INVALID"],
  ["env has no NUL", `${image}env: {A: "a\\0b"}\n`, "2:10 ENV_VALUE_INVALID"],
  ["a bare number is no size", `${image}limits: {memory: 512}\n`, "2:18 SIZE_INVALID"],
  ["memory is at least 4M", `${image}limits: {memory: 3M}\n`, "2:18 SIZE_INVALID"],
  ["memory of 4M is fine, and Ki means K", `${image}limits: {memory: 4096Ki}\n`],
  ["a lower-case m is not a size", `${image}limits: {memory: 512m}\n`, "2:18 SIZE_INVALID"],
  ["cpu is a number of cores", `${image}limits: {cpu: 500m}\n`, "2:15 CPU_INVALID"],
  ["cpu is not nothing", `${image}limits: {cpu: 0}\n`, "2:15 CPU_INVALID"],
  ["replicas are 1 to 100", `${image}replicas: 101\n`, "2:11 COUNT_INVALID"],
  ["replicas keep nothing", `${image}replicas: 2\nstate: {data: /data}\n`, "2:11 REPLICAS_STATE"],
  ["paths have no escape sequences", `${image}scratch: ["/a\\e[31m"]\n`, "2:11 PATH_INVALID"],
  ["mounts are absolute", `${image}scratch: [tmp]\n`, "2:11 PATH_INVALID"],
  ["mounts are plain", `${image}scratch: [/a/../b]\n`, "2:11 PATH_INVALID"],
  ["mounts are not /", `${image}scratch: [/]\n`, "2:11 PATH_INVALID"],
  [
    "mounts are not /proc, /sys or /dev",
    `${image}scratch: [/proc, /sys/fs, /dev]\n`,
    "2:11 PATH_INVALID",
    "2:18 PATH_INVALID",
    "2:27 PATH_INVALID",
  ],
  ["one thing for one path", `${image}state: {a: /data}\nscratch: [/data]\n`, "3:11 MOUNT_TWICE"],
  ["nested is fine", `${image}state: {a: /data}\nscratch: [/data/tmp]\n`],
  ["files come from the site", `${image}files: {/etc/a: /etc/passwd}\n`, "2:17 FILE_OUTSIDE"],
  ["files are there", `${image}files: {/etc/a: nothing.conf}\n`, "2:17 FILE_MISSING"],
  ["health by path needs a port", `${image}health: /alive\n`, "2:9 HEALTH_NO_PORT"],
  ["health by path may bring its port", `${image}health: {path: /alive, port: 81}\n`],
  ["health asks one thing", `${image}port: 80\nhealth: {path: /alive, tcp: 80}\n`, "3:24 KEY_MISPLACED"],
  ["health is a word that we know", `${image}health: alive\n`, "2:9 HEALTH_INVALID"],
  ["durations have a unit", `${image}health: {every: 10}\n`, "2:17 DURATION_INVALID"],
  ["durations have bounds", `${image}health: {every: 2h}\n`, "2:17 DURATION_INVALID"],
  ["a title has one to a hundred characters", `${image}title: ""\n`, "2:8 TEXT_INVALID"],
  ["a key that is not there", `${image}prot: 80\n`, "2:1 KEY_UNKNOWN"],
  ["a key that is not there yet", `${image}login: family\n`, "2:1 NOT_YET"],
  ["a key of site.yaml", `${image}domain: example.org\n`, "2:1 KEY_MISPLACED"],
];

const onCluster = { "site.yaml": "name: home\ndomain: example.org\nengine: {kubernetes: {context: home}}\n" };

const raw = (rest: string): string => `manifests:\n  - {apiVersion: v1, kind: ConfigMap, ${rest}}\n`;

const manifests: Row[] = [
  ["they may stand alone", raw("metadata: {name: extra}")],
  ["they may stand beside what runs", `${image}${raw("metadata: {name: extra}")}`],
  ["they may stand beside parts", `parts: {web: {image: docker.io/library/nginx:1.29}}\n${raw("metadata: {name: a}")}`],
  ["what runs elsewhere has none", `external: http://10.0.0.1\n${raw("metadata: {name: a}")}`, "2:1 KEY_MISPLACED"],
  ["alone, a port means nothing", `port: 80\n${raw("metadata: {name: extra}")}`, "1:1 KEY_MISPLACED"],
  ["they are a list", "manifests: {a: b}\n", "1:12 TYPE_WRONG"],
  ["each is a file or an object", "manifests: [7]\n", "1:13 TYPE_WRONG"],
  ["files are there", "manifests: [nothing.yaml]\n", "1:13 FILE_MISSING"],
  ["files are inside the site", "manifests: [../a.yaml]\n", "1:13 FILE_OUTSIDE"],
  ["an object has a kind", "manifests: [{apiVersion: v1}]\n", "1:13 MANIFEST_INVALID"],
  ["an object has an apiVersion", "manifests: [{kind: ConfigMap}]\n", "1:13 MANIFEST_INVALID"],
  ["an object has a name", raw("metadata: {}"), "2:49 MANIFEST_INVALID"],
  ["a name cannot lead elsewhere", raw("metadata: {name: ../a}"), "2:56 MANIFEST_INVALID"],
  ["its namespace is not its own to choose", raw("metadata: {name: a, namespace: b}"), "2:70 MANIFEST_NAMESPACE"],
  ["what the cluster writes is left to it", raw("metadata: {name: a, uid: b}"), "2:64 MANIFEST_INVALID"],
  ["our labels are ours", raw('metadata: {name: a, labels: {"freehold.dev/site": b}}'), "2:49 MANIFEST_INVALID"],
  ["numbers are those of JSON", raw("metadata: {name: a}, data: .nan"), "2:5 MANIFEST_INVALID"],
  [
    "nothing belongs to the whole cluster",
    raw("metadata: {name: a}").replace("ConfigMap", "Namespace"),
    "2:28 MANIFEST_CLUSTER_WIDE",
  ],
  [
    "also of other groups",
    "manifests: [{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRole, metadata: {name: a}}]\n",
    "1:62 MANIFEST_CLUSTER_WIDE",
  ],
  [
    "another group's kind of that name is none",
    raw("metadata: {name: a}").replace("v1", "a.b/v1").replace("ConfigMap", "Node"),
  ],
  [
    "an open secret is none",
    "manifests: [{apiVersion: v1, kind: Secret, metadata: {name: a}, stringData: {a: b}}]\n",
    "1:36 MANIFEST_SECRET",
  ],
  ["a list is written out", "manifests: [{apiVersion: v1, kind: List, items: []}]\n", "1:36 MANIFEST_INVALID"],
  [
    "each object once",
    `${raw("metadata: {name: a}")}  - {apiVersion: v1, kind: ConfigMap, metadata: {name: a}}\n`,
    "3:5 MANIFEST_TWICE",
  ],
  ["no name that freehold needs itself", raw("metadata: {name: file-a}"), "2:5 MANIFEST_TAKEN"],
  [
    "no name of what runs",
    `${image}manifests: [{apiVersion: v1, kind: Service, metadata: {name: app}}]\n`,
    "2:13 MANIFEST_TAKEN",
  ],
  ["alone, a name is free", "manifests: [{apiVersion: v1, kind: Service, metadata: {name: app}}]\n"],
  ["a cluster asks no image for its health", `${image}health: image\n`, "2:9 HEALTH_NO_CLUSTER"],
];

describe.each([
  ["names", names, {}],
  ["what is run", sources, {}],
  ["ports", ports, {}],
  ["certificates", certificate, {}],
  ["records", records, {}],
  ["expose", expose, {}],
  ["reach", reach, mail],
  ["settings", settings, {}],
  ["manifests", manifests, onCluster],
] as const)("%s:", (_group, rows, others) => {
  test.each(rows)("%s", async (_rule, service, ...expected) => {
    expect(await problems(service, others)).toEqual(expected);
  });
});

describe("manifests in files:", () => {
  const service = "manifests: [manifests/a.yaml]\n";
  const of = (text: string) => loadFiles({ ...onCluster, "services/app.yaml": service, "manifests/a.yaml": text });

  test("a file holds several, and empty documents mean nothing", async () => {
    const one = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";
    const { site, problems } = await of(`---\n# first\n${one}---\n\n---\n${one.replace("name: a", "name: b")}`);
    expect(problems).toEqual([]);
    expect(site?.services[0]?.manifests?.map(({ metadata }) => metadata.name)).toEqual(["a", "b"]);
  });

  test("a problem stands at the line that names the file, and tells the file's own", async () => {
    const { problems } = await of("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n---\nkind: 3\n");
    expect(problems.map(problemLine)).toEqual(["services/app.yaml:1:13 MANIFEST_INVALID"]);
    expect(problems[0]?.message).toMatch(/\(manifests\/a\.yaml:5\)$/);
  });

  test("what is no YAML is said with its line", async () => {
    const { problems } = await of("a: 1\n---\nb: [\n");
    expect(problems.map(problemLine)).toContain("services/app.yaml:1:13 MANIFEST_INVALID");
    expect(problems.map(({ message }) => message).join()).toMatch(/manifests\/a\.yaml:[34]/);
  });

  test("an empty file is said", async () => {
    expect((await of("# nothing\n")).problems.map(problemLine)).toEqual(["services/app.yaml:1:13 FILE_EMPTY"]);
  });

  test("without a cluster they are refused", async () => {
    const { problems, broken } = await loadFiles({ "services/app.yaml": `${image}${raw("metadata: {name: extra}")}` });
    expect(problems.map(problemLine)).toEqual(["services/app.yaml:2:1 MANIFEST_NO_CLUSTER"]);
    expect(broken).toEqual(["app"]);
  });
});
