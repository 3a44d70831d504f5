using Microsoft.CodeAnalysis;

namespace ModelGen.Generators;

/// <summary>Turns every <c>*.model.yaml</c> of a project into a typed TorchSharp model.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class SpecGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
    }
}
