import type { KubeObject } from "../client/client.ts";
import { labels, sharedMarks } from "../translate/marks.ts";
import { bindingName, clusterNames, controllerUser } from "./roles.ts";

const apiVersion = "admissionregistration.k8s.io/v1";

/**
 * What RBAC cannot say: that the controller of a site writes in namespaces which bear the site's label, and nowhere else; that it makes only
 * such namespaces, takes the label from none, and gives it to none that was somebody else's; and that the one binding it makes is its own.
 * An API server judges it itself (ValidatingAdmissionPolicy, stable since Kubernetes 1.30); whatever cannot be judged is refused.
 */
export function controllerPolicy(site: string): readonly KubeObject[] {
  const { cluster, service } = clusterNames(site);
  const metadata = { name: cluster.replaceAll(":", "-"), labels: sharedMarks(site, "front").labels };
  const user = controllerUser(site);
  const ours = (object: string) =>
    `has(${object}.metadata.labels) && '${labels.site}' in ${object}.metadata.labels && ${object}.metadata.labels['${labels.site}'] == '${site}'`;
  const isNamespace = "request.resource.resource == 'namespaces'";
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
            expression: `${isNamespace} || request.resource.group == 'authorization.k8s.io' || (namespaceObject != null && ${ours("namespaceObject")})`,
            message: `the controller of the site ${site} writes in namespaces of that site only`,
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
