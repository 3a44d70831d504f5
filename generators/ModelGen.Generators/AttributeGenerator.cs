using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using ModelGen.Compiler.Attributes;

namespace ModelGen.Generators;

/// <summary>
/// Generates an attribute for each word of the catalogue, only in the runtime's own project, which sets <c>ModelGenAttributes</c>.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class AttributeGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var isWanted = context.AnalyzerConfigOptionsProvider.Select(
            static (options, _) => options.GlobalOptions.TryGetValue("build_property.ModelGenAttributes", out var value) && value == "true"
        );
        context.RegisterSourceOutput(isWanted, static (output, wanted) =>
        {
            if (wanted)
            {
                output.AddSource("Attributes.g.cs", SourceText.From(AttributeWriter.Write(), Encoding.UTF8));
            }
        });
    }
}
