using TorchSharp;
using static TorchSharp.torch;

namespace ModelGen.Checkpoints;

/// <summary>The weights and buffers of a module.</summary>
internal sealed class ModuleState(nn.Module module) : IRunState
{
    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Tensors => module.state_dict();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Texts { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public void Restore(IReadOnlyDictionary<string, string> texts) { }
}
