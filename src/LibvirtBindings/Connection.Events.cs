namespace Libvirt;
public sealed partial class Connection { private void EndSubscriptions() { } }
