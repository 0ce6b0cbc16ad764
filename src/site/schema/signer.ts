import { type AllowedKey, isKeyFault, readAllowedKey } from "../../source/allowed-key.ts";
import { textLeaf } from "./leaf.ts";

/** A key that may sign commits: an SSH public key line with a name behind it, or an armoured OpenPGP public key. */
export const signer = textLeaf<AllowedKey>({
  code: "SIGNER_INVALID",
  expected: "an SSH public key with a name behind it, or an armoured OpenPGP public key",
  hint: "it is the one line in ~/.ssh/id_ed25519.pub, or what gpg --armor --export KEY prints, behind |",
  json: { pattern: "^\\s*(ssh|ecdsa|sk|-----BEGIN PGP PUBLIC KEY BLOCK)-" },
  read: (text, refuse) => {
    const read = readAllowedKey(text);
    if (!isKeyFault(read)) return read;
    const { is, expected, got, hint } = read;
    return refuse({ expected, got, hint, secret: true, ...(is === "private" && { code: "PUBLIC_KEY_PRIVATE" }) });
  },
});
