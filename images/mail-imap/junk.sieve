# What the filter marked goes to Junk, before anybody's own rules. The filter takes such a header away from what arrives.
require ["fileinto"];
if header :is "X-Spam" "Yes" {
  fileinto "Junk";
  stop;
}
