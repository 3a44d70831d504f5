using ModelGen.Compiler.Language;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Surface;

/// <summary>What families offer is the same for every back end: words and the runtime's names, no text of a language.</summary>
public sealed class ModelSurfaceTests
{
    private static readonly IReadOnlyList<ModelSurface> Surfaces =
    [
        .. Repository.Specs.Select(Repository.Read).Concat(EveryWord.Specs.Select(static pair => pair.Spec)).Select(Of),
    ];

    [Fact]
    public void NamesAreWords()
    {
        var words = Surfaces.SelectMany(static surface =>
            new[] { surface.InputCheck, Size(surface) }
                .Concat(surface.Constants.Select(static constant => constant.Name))
                .Concat(surface.Options.SelectMany(static options => options.Switches))
                .Concat(surface.Members.Select(static member => member.Name))
        );

        Assert.All(words.OfType<string>().Distinct(), static word => Assert.Null(WordRules.WordProblem(word)));
    }

    [Fact]
    public void TypesAreNames()
    {
        var types = Surfaces.SelectMany(static surface =>
            new[]
            {
                surface.BaseClass,
                surface.Tokenizer?.Origin switch
                {
                    FixedTokens tokens => tokens.Type,
                    TokensOfText text => text.Type,
                    TokensOfFile file => file.Record,
                    _ => null,
                },
                surface.Objective?.DataSet,
                surface.Objective?.Type,
                surface.Objective?.Record,
            }
        );

        Assert.All(types.OfType<string>().Distinct(), static type => Assert.Matches("^[A-Z][A-Za-z]+$", type));
    }

    // A member that names a size the class lacks would not compile.
    [Fact]
    public void SizesAreThere() =>
        Assert.All(Surfaces, static surface =>
            Assert.Empty(
                surface
                    .Members.OfType<SizeMember>()
                    .Select(static member => member.Constant)
                    .Append(Size(surface))
                    .OfType<string>()
                    .Except(surface.Constants.Select(static constant => constant.Name))
            )
        );

    private static string? Size(ModelSurface surface) =>
        surface.Tokenizer?.Origin switch
        {
            TokensOfText text => text.Size,
            TokensOfFile file => file.Size,
            _ => null,
        };

    private static ModelSurface Of(string spec)
    {
        var parsed = SpecCompiler.Parse(spec).Spec!;
        return Family.Of(parsed).Surface(Family.Of(parsed).Build(parsed, [])!);
    }
}
