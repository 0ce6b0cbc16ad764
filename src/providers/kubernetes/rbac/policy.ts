import type { KubeObject } from "../client/client.ts";
import { ourWord, outOfService } from "../lost-nodes/node.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import type { Duty } from "./needs.ts";
import { bindingName, clusterNames, controllerUser } from "./roles.ts";

const apiVersion = "admissionregistration.k8s.io/v1";

/**
 * What RBAC cannot say: that the controller of a site writes in namespaces which bear the site's label, and nowhere else; that it makes only
 * such namespaces, takes the label from none, and gives it to none that was somebody else's; that the one binding it makes is its own; and that
 * of a node, where it has to do with nodes at all, it changes nothing but whether it is declared lost, in our word.
 * An API server judges it itself (ValidatingAdmissionPolicy, stable since Kubernetes 1.30); whatever cannot be judged is refused.
 */
export function controllerPolicy(site: string, duties: readonly Duty[] = []): readonly KubeObject[] {
  const { cluster, service } = clusterNames(site);
  const metadata = { name: cluster.replaceAll(":", "-"), labels: sharedMarks(site, "front").labels };
  const user = controllerUser(site);
  const ours = (object: string) =>
    `has(${object}.metadata.labels) && '${labels.site}' in ${object}.metadata.labels && ${object}.metadata.labels['${labels.site}'] == '${site}'`;
  const isNamespace = "request.resource.resource == 'namespaces'";
  const isNode = duties.includes("lost nodes") ? `(${onNode})` : "false";
  const isBinding = "request.resource.resource == 'rolebindings'";
  return [
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicy",
      metadata,
      spec: {
        failurePolicy: "Fail",
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ["*"],
              apiVersions: ["*"],
              resources: ["*/*"],
              operations: ["CREATE", "UPDATE", "DELETE", "CONNECT"],
              scope: "*",
            },
          ],
        },
        matchConditions: [{ name: "controller", expression: `request.userInfo.username == '${user}'` }],
        validations: [
          {
            expression: `${isNamespace} || ${isNode} || request.resource.group == 'authorization.k8s.io' || (namespaceObject != null && ${ours("namespaceObject")})`,
            message: `the controller of the site ${site} writes in namespaces of that site only`,
          },
          {
            expression: `!(${isNode}) || (${onlyOurTaint})`,
            message: `the controller of the site ${site} says of a node that it is lost, and changes nothing else of it`,
          },
          {
            expression: `!(${isNamespace}) || ((object == null || (${ours("object")})) && (oldObject == null || (${ours("oldObject")})))`,
            message: `the controller of the site ${site} has to do with namespaces of that site only`,
          },
          {
            expression: `!(${isBinding}) || (object != null && object.metadata.name == '${bindingName}' && object.roleRef.kind == 'ClusterRole' && object.roleRef.name == '${service}' && object.subjects.all(s, s.kind == 'ServiceAccount' && s.name == '${user.split(":")[3]}' && s.namespace == '${user.split(":")[2]}'))`,
            message: `the controller of the site ${site} binds its own role to itself, and nothing else`,
          },
        ],
      },
    },
    {
      apiVersion,
      kind: "ValidatingAdmissionPolicyBinding",
      metadata,
      spec: { policyName: metadata.name, validationActions: ["Deny"] },
    },
  ];
}

const onNode =
  "request.resource.group == '' && request.resource.resource == 'nodes' && (!has(request.subResource) || request.subResource == '') && request.operation == 'UPDATE'";

/** A node is as it was, but for the bookkeeping that each change brings and for our taint. */
const onlyOurTaint = [
  ...sameBut("metadata", ["resourceVersion", "managedFields", "generation"]),
  ...sameBut("spec", ["taints"]),
  `${othersTaints("object")} == ${othersTaints("oldObject")}`,
].join(" && ");

function sameBut(field: "metadata" | "spec", changing: readonly string[]): readonly string[] {
  const free = `k in [${changing.map((name) => `'${name}'`).join(", ")}]`;
  const [now, before] = [`object.${field}`, `oldObject.${field}`];
  return [
    `${now}.all(k, ${free} || (k in ${before} && ${now}[k] == ${before}[k]))`,
    `${before}.all(k, ${free} || k in ${now})`,
  ];
}

/** In CEL: the taints of an object that are not ours. */
function othersTaints(object: string): string {
  const isOurs = `t.key == '${outOfService}' && t.effect == 'NoExecute' && has(t.value) && t.value == '${ourWord}'`;
  return `(has(${object}.spec.taints) ? ${object}.spec.taints.filter(t, !(${isOurs})) : [])`;
}
