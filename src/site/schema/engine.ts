import { anyForm, section } from "./form.ts";
import { optionalKey, requiredKey } from "./key.ts";
import { leaf, textLeaf } from "./leaf.ts";
import { duration } from "./unit.ts";
import { oneOf } from "./word.ts";

const podman = leaf<"podman">({
  code: "WORD_UNKNOWN",
  expected: "podman, or a map with kubernetes",
  json: { const: "podman" },
  read: (value, refuse) => {
    if (value === "podman") return "podman";
    if (value === "kubernetes") return refuse({ hint: "write engine: {kubernetes: {context: home}}" });
    return refuse(typeof value === "object" ? { form: true } : {});
  },
});

const context = textLeaf<string>({
  code: "CONTEXT_INVALID",
  expected: "the name of a context, as `kubectl config get-contexts` lists them",
  json: { minLength: 1, maxLength: 253 },
  read: (text) => (/^[^\s\p{C}]{1,253}$/u.test(text) ? text : undefined),
});

const registry = textLeaf<string>({
  code: "REGISTRY_INVALID",
  expected: "a registry such as registry.example.org/home",
  json: { maxLength: 253 },
  read: (text, refuse) => {
    // a host, a port, a path: the distribution specification's names of repositories
    if (/^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*$/.test(text)) return text;
    const bare = text.replace(/^[a-z]+:\/\//, "").replace(/\/+$/, "");
    return refuse(bare === text ? {} : { hint: `write ${bare}` });
  },
});

const storageClass = textLeaf<string>({
  code: "NAME_INVALID",
  expected: "the name of a storage class, as `kubectl get storageclass` lists them",
  json: { maxLength: 253 },
  read: (text) => (/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/.test(text) ? text : undefined),
});

const form = { expected: "podman, or a map with kubernetes", hint: "write engine: {kubernetes: {context: home}}" };

/** `engine` of site.yaml: what runs the services. */
export const engine = anyForm(
  [
    podman,
    section("engine", form, {
      kubernetes: requiredKey(
        section(
          "kubernetes",
          { expected: "a map with context", hint: "write kubernetes: {context: home}" },
          {
            context: requiredKey(context, {
              description: "The context of your kubeconfig that leads to the cluster.",
              example: "home",
            }),
            registry: optionalKey(registry, {
              description:
                "Where images that are built here are pushed, and where the nodes pull them from: a host, its port, a path.",
              unless: ["a registry that freehold runs in the cluster"],
              example: "registry.example.org/home",
            }),
            "storage-class": optionalKey(storageClass, {
              description: "The storage class of state.",
              unless: ["the cluster's default"],
              example: "fast",
            }),
            "node-lost-after": optionalKey(duration({ least: 60_000, most: 86_400_000, words: "from 1m to 1d" }), {
              description:
                "How long the cluster may know a node to be silent until the controller of freehold declares it lost: what keeps state then begins on another node, if its volume can. Only where a silent node is surely off: one that is merely cut off may go on writing, and then two write to one volume. It is lost to everything in the cluster, not to this site alone. `freehold install` gives the controller the right to it.",
              unless: ["a person says so"],
              example: "2m",
            }),
            door: optionalKey(oneOf("balancer", "host-ports"), {
              description:
                "How the world reaches the front door: at an address that the cluster's load balancer gives, or at ports of the nodes.",
              unless: "balancer",
              example: "host-ports",
            }),
          },
        ),
        { description: "Services run on a cluster of Kubernetes.", example: { context: "home" } },
      ),
    }),
  ],
  form,
);
