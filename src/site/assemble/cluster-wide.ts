/** The kinds of Kubernetes that lie in no namespace, by `KIND.GROUP`; those of its core have no group. */
const clusterWide: ReadonlySet<string> = new Set([
  "ComponentStatus",
  "Namespace",
  "Node",
  "PersistentVolume",
  ...["MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "MutatingWebhookConfiguration"].map(admission),
  ...["ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "ValidatingWebhookConfiguration"].map(admission),
  "APIService.apiregistration.k8s.io",
  "CertificateSigningRequest.certificates.k8s.io",
  "ClusterIssuer.cert-manager.io",
  "ClusterRole.rbac.authorization.k8s.io",
  "ClusterRoleBinding.rbac.authorization.k8s.io",
  "ClusterTrustBundle.certificates.k8s.io",
  "CSIDriver.storage.k8s.io",
  "CSINode.storage.k8s.io",
  "CustomResourceDefinition.apiextensions.k8s.io",
  "DeviceClass.resource.k8s.io",
  "FlowSchema.flowcontrol.apiserver.k8s.io",
  "GatewayClass.gateway.networking.k8s.io",
  "IngressClass.networking.k8s.io",
  "IPAddress.networking.k8s.io",
  "PriorityClass.scheduling.k8s.io",
  "PriorityLevelConfiguration.flowcontrol.apiserver.k8s.io",
  "ResourceSlice.resource.k8s.io",
  "RuntimeClass.node.k8s.io",
  "SelfSubjectAccessReview.authorization.k8s.io",
  "SelfSubjectReview.authentication.k8s.io",
  "ServiceCIDR.networking.k8s.io",
  "StorageClass.storage.k8s.io",
  "SubjectAccessReview.authorization.k8s.io",
  "TokenReview.authentication.k8s.io",
  "VolumeAttachment.storage.k8s.io",
  "VolumeAttributesClass.storage.k8s.io",
]);

function admission(kind: string): string {
  return `${kind}.admissionregistration.k8s.io`;
}

/** Whether objects of a kind lie in no namespace, as far as that is known without a cluster. */
export function isClusterWide(kind: string, apiVersion: string): boolean {
  const [group, version] = apiVersion.split("/");
  return clusterWide.has(version === undefined ? kind : `${kind}.${group}`);
}
