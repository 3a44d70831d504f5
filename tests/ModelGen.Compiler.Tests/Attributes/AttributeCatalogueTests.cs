using System.Text.RegularExpressions;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Tests.CSharp;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Attributes;

/// <summary>Every word has its attribute, under a name of its own.</summary>
public sealed partial class AttributeCatalogueTests
{
    // Written by hand in the runtime.
    private static readonly string[] Others = ["Family", "Layer", "Model", "ModelKey", "Recipe", "Use"];

    private static readonly string Code = AttributeWriter.Write();

    [Fact]
    public void EveryWordHasOne() =>
        Assert.Equal(
            Catalogue.Of<Definition>().Select(word => $"{word.Kind} {word.Word}").Order(StringComparer.Ordinal),
            AttributeCatalogue
                .All.Where(attribute => attribute.Definition is not null)
                .Select(attribute => $"{attribute.Definition!.Kind} {attribute.Word}")
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void EveryGroupHasOne() =>
        Assert.Equal(
            Catalogue
                .Of<Family>()
                .SelectMany(static family => FamilyKey.Of(family).Concat(FamilyKey.Of(family.RecipeParameters)))
                .Where(key => key.Parameter is GroupParameter)
                .Select(key => key.Parameter.Name)
                .Distinct()
                .Order(StringComparer.Ordinal),
            AttributeCatalogue
                .All.Where(attribute => attribute.Definition is null)
                .Select(attribute => attribute.Word)
                .Order(StringComparer.Ordinal)
        );

    [Fact]
    public void NamesAreUnique()
    {
        var names = AttributeCatalogue.All.Select(attribute => attribute.Name).Concat(Others).ToList();

        Assert.Equal(names.Distinct(StringComparer.OrdinalIgnoreCase), names);
    }

    // Of two attributes of one name in scope neither could be written without its namespace.
    [Fact]
    public void NoNameIsThatOfAnAttributeThatEveryFileSees()
    {
        string[] spaces =
        [
            "System",
            "System.Collections.Generic",
            "System.IO",
            "System.Linq",
            "System.Net.Http",
            "System.Threading",
            "System.Threading.Tasks",
        ];
        var seen = spaces
            .SelectMany(space =>
                new[] { typeof(object), typeof(Enumerable), typeof(Uri) }
                    .SelectMany(type => type.Assembly.GetExportedTypes())
                    .Where(type => type.Namespace == space)
            )
            .Where(type => type.IsAssignableTo(typeof(Attribute)))
            .Select(type => type.Name.Replace("Attribute", "", StringComparison.Ordinal))
            .ToHashSet();

        Assert.Contains("Flags", seen);
        Assert.DoesNotContain(AttributeCatalogue.All, attribute => seen.Contains(attribute.Name));
    }

    [Theory]
    [InlineData("adamw", "AdamW")]
    [InlineData("layer-norm", "LayerNorm")]
    [InlineData("cosine", "CosineSchedule")]
    [InlineData("xavier-uniform", "XavierUniformInitialiser")]
    [InlineData("training", "Training")]
    public void NamesFollowTheWords(string word, string name) =>
        Assert.Equal(name, Assert.Single(AttributeCatalogue.All, attribute => attribute.Word == word).Name);

    [Fact]
    public void TwoKindsOfOneWordAreToldByTheirKinds() =>
        Assert.Equal(
            ["ConstantInitialiser", "ConstantSchedule"],
            AttributeCatalogue.All.Where(attribute => attribute.Word == "constant").Select(attribute => attribute.Name)
        );

    // What a word says may be said in C#, too: all but its layers' names, which attributes have for themselves.
    [Fact]
    public void EveryArgumentIsAPropertyOfItsOwn() => Assert.All(AttributeCatalogue.All, attribute =>
        {
            var names = attribute.Arguments.Select(argument => argument.Property).Append("As").Append("From").Append("Key").ToList();
            Assert.Equal(names.Distinct(), names);
            if (attribute.Definition is { } word and not Family)
            {
                Assert.Equal(
                    word.Parameters.Select(parameter => Names.Pascal(parameter.Name)),
                    attribute.Arguments.Select(argument => argument.Property)
                );
            }
        });

    // The runtime that the other tests compile against holds them already; this is their text as it is now.
    [Fact]
    public void TheCodeCompilesWithoutAWarning() =>
        CSharpCheck.IsClean(
            Code.Replace(
                $"namespace {AttributeClass.Namespace};",
                "namespace Copy;\n/// <summary>A.</summary>\npublic abstract class FamilyAttribute : global::System.Attribute { "
                    + "}\n/// <summary>B.</summary>\npublic abstract class ModelKeyAttribute : global::System.Attribute { }\n/// "
                    + "<summary>C.</summary>\npublic abstract class LayerAttribute : global::System.Attribute { }",
                StringComparison.Ordinal
            )
        );

    [Fact]
    public void DocumentationSaysWhatAnArgumentTakes()
    {
        Assert.Contains(
            "/// <summary>The step of the window.</summary>\n    /// <value>A whole number, at least 1, or a list with one for "
                + "each axis: new[] { … }; when left out: 1.</value>\n    public object? Stride { get; set; }",
            Code,
            StringComparison.Ordinal
        );
        Assert.Contains(
            "/// <param name=\"features\">The length of the last axis of the result. A whole number, at least 1; "
                + "required.</param>\n    public LinearAttribute(int features)",
            Code,
            StringComparison.Ordinal
        );
        Assert.DoesNotMatch(Backtick(), Code);
    }

    [GeneratedRegex("`")]
    private static partial Regex Backtick();
}
