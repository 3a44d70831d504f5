using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;

namespace ModelGen.Generators.Recipes;

/// <summary>The generated file of one recipe; without text where something is wrong.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Text">Its text.</param>
internal sealed record RecipeFile(string Name, string? Text)
{
    public void AddTo(SourceProductionContext output)
    {
        if (Text is not null)
        {
            output.AddSource(Name, SourceText.From(Text, Encoding.UTF8));
        }
    }
}
