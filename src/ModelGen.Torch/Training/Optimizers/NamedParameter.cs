using ModelGen.Layers;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace ModelGen.Training.Optimizers;

/// <summary>A parameter with what an optimizer needs to know about it.</summary>
/// <param name="Name">Its name in the model, under which its state is saved.</param>
/// <param name="Value">The parameter.</param>
public sealed record NamedParameter(string Name, Parameter Value)
{
    /// <summary>
    /// Whether it is the matrix of a linear map or convolution between hidden features, which <see cref="Muon"/> orthogonalises; by
    /// default, whether it has two or more dimensions. <see cref="AllOf"/> excludes weights whose rows or elements are independent: those
    /// of <see cref="Embedding"/> and <see cref="EmbeddingBag"/> (tokens, positions, classes), <see cref="Unembedding"/>,
    /// <see cref="LayerNorm"/> and <see cref="RmsNorm"/>.
    /// </summary>
    public bool IsMatrix { get; init; } = Value.dim() >= 2;

    /// <summary>
    /// Whether weight decay applies to it, whatever the optimizer: only with two or more dimensions, not to biases and norms.
    /// </summary>
    internal bool Decays => Value.dim() >= 2;

    /// <summary>Every trainable parameter of a module, once, under its first name; tied weights have several.</summary>
    /// <param name="module">The module.</param>
    /// <param name="prefix">The prefix of each name.</param>
    /// <returns>The parameters.</returns>
    public static IReadOnlyList<NamedParameter> AllOf(nn.Module module, string prefix = "")
    {
        ArgumentNullException.ThrowIfNull(module);
        var noMatrices = module
            .modules()
            .Prepend(module)
            .Where(static part => part is Embedding or EmbeddingBag or Unembedding or LayerNorm or RmsNorm)
            .SelectMany(static part => part.parameters(recurse: false))
            .Select(static parameter => parameter.Handle)
            .ToHashSet();
        return
        [
            .. module
                .named_parameters()
                .DistinctBy(static entry => entry.parameter.Handle)
                .Where(static entry => entry.parameter.requires_grad)
                .Select(entry => new NamedParameter(prefix + entry.name, entry.parameter)
                {
                    IsMatrix = entry.parameter.dim() >= 2 && !noMatrices.Contains(entry.parameter.Handle),
                }),
        ];
    }
}
