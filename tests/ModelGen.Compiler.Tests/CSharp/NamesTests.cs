using ModelGen.Compiler.CSharp.Naming;
using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Tests.Language;

namespace ModelGen.Compiler.Tests.CSharp;

public sealed class NamesTests
{
    [Theory]
    [InlineData("linear", "Linear", "linear", "linear")]
    [InlineData("layer-norm", "LayerNorm", "layer_norm", "layerNorm")]
    [InlineData("skip-1", "Skip1", "skip_1", "skip1")]
    [InlineData("class", "Class", "class", "class_")]
    [InlineData("input", "Input", "input", "input")]
    [InlineData("torch", "Torch", "torch", "torch_")]
    [InlineData("scope", "Scope", "scope", "scope_")]
    [InlineData("x1", "X1", "x1", "x1")]
    [InlineData("x-ray", "XRay", "x_ray", "xRay")]
    public void WordsBecomeNames(string word, string pascal, string snake, string local) =>
        Assert.Equal((pascal, snake, local), (Names.Pascal(word), WordRules.StateName(word), Names.Local(word)));

    [Theory]
    [InlineData("a < b & c > \"d\"", "a &lt; b &amp; c &gt; \"d\"")]
    [InlineData("one\ntwo\tthree\u2028four", "one two three four")]
    [InlineData("漢字 😀", "漢字 😀")]
    public void TextFitsIntoAComment(string text, string expected) => Assert.Equal(expected, Names.Xml(text));

    [Fact]
    public void HalfACharacterDoesNotFit() => Assert.Equal("half   of it", Names.Xml("half \uD83D of it"));

    // What a class has or inherits would be hidden by a property of the same name, and its own name cannot be a member's. Nothing else
    // needs to be kept free.
    [Fact]
    public void ReservedMembersAreThoseThatClassesHaveOrInherit()
    {
        var inherited = CSharpCheck.InheritedMembers(
            "ModelGen.Models.LanguageModel",
            "ModelGen.Models.Network",
            "ModelGen.Models.EncoderDecoder",
            "ModelGen.Models.Vae",
            "ModelGen.Models.VqVae",
            "ModelGen.Models.Gan"
        );
        var written = Repository
            .Specs.Select(path => SpecCompiler.Compile(Repository.Read(path), path, Spec.Namespace).Code!)
            .Concat(EveryWord.Specs.Select(pair => SpecCompiler.Compile(pair.Spec, Spec.Path, Spec.Namespace).Code!))
            .SelectMany(code => CSharpCheck.OwnMembers(code.Model).Concat(CSharpCheck.OwnMembers(code.SourceMap)));

        var there = inherited.Concat(written).Where(name => char.IsUpper(name[0]) && name.All(char.IsLetterOrDigit)).Distinct().ToList();
        var reserved = WordRules.ReservedMembers.Concat(WordRules.RoleMembers).ToList();

        // Roslyn leaves this nested class of TorchSharp's modules out, which reflection shows to be inherited.
        Assert.Equal(("", "BoxedModule"), (string.Join(", ", there.Except(reserved)), string.Join(", ", reserved.Except(there))));
    }

    [Fact]
    public void AnyNameOfAResultCompiles()
    {
        string[] names =
        [
            "class",
            "input-1",
            "tokens",
            "scope",
            "torch",
            "nn",
            "functional",
            "modules",
            "training",
            "forward",
            "call",
            "x1",
            "x-1",
            "device",
            "layers",
            "name",
            "to",
            "train",
            "eval",
            "parameters",
            "get-name",
            "dispose",
            "m",
            "base",
            "this",
            "vocabulary",
        ];
        var layers = string.Concat(names.Select(name => $"  - {{ linear: 4, as: {name} }}\n  - {{ relu: , as: {name}-b }}\n"));

        CSharpCheck.IsClean(Spec.Sources($"model: M\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork:\n{layers}"));
    }

    // Beside a use of the very thing that the code's own short name stands for: 'arithmetic' adds up a residual.
    [Fact]
    public void AResultMayHaveTheNameThatTheCodeHasForATypeItUses()
    {
        var names = ShortNames
            .All.Where(static name => name.Length > 0 && char.IsLower(name[0]) && !name.Contains('_', StringComparison.Ordinal))
            .ToList();
        var layers = string.Concat(
            names.Select(name =>
                $"  - {{ linear: 4, as: {name} }}\n  - {{ residual: [linear: 4, gelu, softplus], as: {name}-more }}\n  - {{ add: , "
                + $"from: [{name}, {name}-more] }}\n"
            )
        );

        Assert.Contains("arithmetic", names);
        CSharpCheck.IsClean(Spec.Sources($"model: M\nfamily: network\ndata: {{ tensor: [4] }}\nnetwork:\n{layers}"));
    }

    [Fact]
    public void AnyNameOfABlockCompiles()
    {
        string[] names =
        [
            "class",
            "torch",
            "nn",
            "functional",
            "modules",
            "block",
            "layers",
            "m",
            "tensor",
            "object",
            "string",
            "system",
            "embedding",
            "double",
            "head",
        ];
        var blocks = string.Concat(names.Select(name => $"  {name}: {{ layers: [linear: 4, relu] }}\n"));

        CSharpCheck.IsClean(
            Spec.Sources(
                (
                    $"model: M\nfamily: network\ndata: {{ tensor: [4] }}\nblocks:\n{blocks}network: [{string.Join(", ", names)}, "
                    + $"repeat: 2, {string.Join(", ", names)}]\n"
                ).Replace("repeat: 2", "{ repeat: 2, layers: [linear: 4, class] }", StringComparison.Ordinal)
            )
        );
    }

    [Fact]
    public void AnyNameOfAModelCompiles()
    {
        string[] names = ["Linear", "Mlp", "Block", "Embed", "Tensor", "Module", "Torch", "Object", "Example", "Models", "Network", "Math"];

        CSharpCheck.IsClean(
            names.Select(name =>
                Spec.Sources(
                    hidden: names,
                    text: $"model: {name}\nfamily: network\ndata: {{ tensor: [4] }}\nblocks: {{ mlp: {{ layers: [linear: 4] }} "
                        + "}\nnetwork: [linear: 4, mlp, { repeat: 2, layers: [mlp] }]\n"
                )
            )
        );
    }

    [Fact]
    public void EachNameIsGivenOnce()
    {
        var names = new UniqueNames("Reserved", "Linear3");

        Assert.Equal(
            ["Linear", "Linear2", "Linear4", "Linear22", "Reserved2", "Linear5"],
            new[] { "Linear", "Linear", "Linear", "Linear2", "Reserved", "Linear" }.Select(names.Take)
        );
    }
}
