using System.Globalization;
using Microsoft.CodeAnalysis;

namespace ModelGen.Generators.Tests.Classes;

/// <summary>What is wrong with attributes, and where it shows.</summary>
public sealed class ClassMistakeTests
{
    private const string Layers = "static partial LayerList NetworkLayers { get; }";

    private const string Players =
        "[Linear(4), Tanh, Reshape(1, 2, 2)] static partial LayerList GeneratorLayers { get; } [Flatten, Linear(1)] static "
        + "partial LayerList DiscriminatorLayers { get; }";

    private const string Gpt = "[Transformer, Tokens(Context = 8), NextToken]";

    // The class, what is marked, and what is said about it.
    private static readonly (string Code, string Marked, string Message)[] Mistakes =
    [
        // How classes and properties are declared.
        ($"[Network, Tensor(4)] public class M {{ [Relu] {Layers} }}", "M", "MG3001: 'M' cannot be a model: it must be partial"),
        (
            $"[Network, Tensor(4)] public partial class M<T> {{ [Relu] {Layers} }}",
            "M",
            "MG3001: 'M' cannot be a model: it has type parameters"
        ),
        (
            $"[Network, Tensor(4)] public partial record M {{ [Relu] {Layers} }}",
            "M",
            "MG3001: 'M' cannot be a model: it is a record; declare a class"
        ),
        ($"[Network, Tensor(4)] public static partial class M {{ [Relu] {Layers} }}", "M", "MG3001: 'M' cannot be a model: it is static"),
        (
            $"[Network, Tensor(4)] public abstract partial class M {{ [Relu] {Layers} }}",
            "M",
            "MG3001: 'M' cannot be a model: it is abstract"
        ),
        (
            $"[Network, Tensor(4)] file partial class M {{ [Relu] {Layers} }}",
            "M",
            "MG3001: 'M' cannot be a model: it is local to its file, and the generated part is in another"
        ),
        (
            $"public partial class Outer {{ [Network, Tensor(4)] public partial class M {{ [Relu] {Layers} }} }}",
            "M",
            "MG3001: 'M' cannot be a model: it is nested in 'Outer'; declare it in a namespace"
        ),
        (
            $"[Network, Tensor(4), Transformer] public partial class M {{ [Relu] {Layers} }}",
            "Transformer",
            "MG3002: 'M' is already of the family 'network'; a model has only one"
        ),
        (
            "[Network, Tensor(4)] public partial class M { [Relu] static LayerList NetworkLayers { get; } = new(); }",
            "NetworkLayers",
            "MG3003: 'NetworkLayers' cannot list layers: it must be partial"
        ),
        (
            "[Network, Tensor(4)] public partial class M { [Relu] static string NetworkLayers => \"\"; }",
            "NetworkLayers",
            "MG3003: 'NetworkLayers' cannot list layers: its type must be LayerList"
        ),
        (
            "[Network, Tensor(4)] public partial class M { [Relu] static partial LayerList? NetworkLayers { get; } }",
            "NetworkLayers",
            "MG3003: 'NetworkLayers' cannot list layers: its type must be LayerList"
        ),
        (
            "[Network, Tensor(4)] public partial class M { [Relu] partial LayerList NetworkLayers { get; set; } }",
            "NetworkLayers",
            "MG3003: 'NetworkLayers' cannot list layers: it must have only a getter"
        ),
        (
            "[Tensor(4)] public partial class M;",
            "Tensor",
            "MG3004: [Tensor] has no effect: 'M' has no family attribute, such as [EncoderDecoder]"
        ),
        (
            "public partial class M { [Relu, Gelu] static LayerList Some => new(); }",
            "Relu",
            "MG3004: [Relu] has no effect: 'M' has no family attribute, such as [EncoderDecoder]"
        ),
        (
            $"[Network, Tensor(4), NextToken] public partial class M {{ [Relu] {Layers} }}",
            "NextToken",
            "MG2027: 'next-token' is an objective, but not one that 'objective' takes here; it takes binary-cross-entropy, "
                + "bradley-terry, cross-entropy, loss, mean-absolute-error, mean-squared-error, rating-error, step-rating"
        ),
        (
            $"[Network, Tensor(4), Sampling(TopK = 3)] public partial class M {{ [Relu] {Layers} }}",
            "Sampling",
            "MG3004: [Sampling] has no effect: a model of the family 'network' takes no 'sampling'"
        ),
        (
            $"[Network, Tensor(4), Model(\"m.model.yaml\")] public partial class M {{ [Relu] {Layers} }}",
            "Model",
            "MG3004: [Model] has no effect: the class is already a model of the family 'network'"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Relu] {Layers} [Gelu] static partial LayerList Idle {{ get; }} }}",
            "Idle",
            "MG3005: 'Idle' is never used: it is not a role of the family (NetworkLayers), and no layer names it"
        ),
        // Keys.
        (
            $"[Network] public partial class M {{ [Relu] {Layers} }}",
            "Network",
            "MG2004: a model of the family 'network' needs 'data': what one sample looks like (an attribute such as [Image])"
        ),
        (
            "[Network, Tensor(4)] public partial class M;",
            "Network",
            "MG2004: a model of the family 'network' needs 'network': the layers (as in: static partial LayerList NetworkLayers { get; })"
        ),
        (
            $"{Gpt} [Training(Batch = 2, Duration = \"5 steps\")] public partial class M {{ [Embed(8), Unembed] {Layers} }}",
            "Training",
            "MG2004: 'training' needs 'optimizer': how a step updates the weights (an attribute such as [Adafactor])"
        ),
        (
            $"{Gpt} [AdamW(1e-3), Training(Batch = 2)] public partial class M {{ [Embed(8), Unembed] {Layers} }}",
            "Training",
            "MG2004: 'training' needs 'duration': how long to train"
        ),
        (
            $"[Network, Tensor(4), Image(1, 2, 3)] public partial class M {{ [Relu] {Layers} }}",
            "Image",
            "MG1008: 'data' is already given on line 3"
        ),
        (
            $"[Network, Tensor(4, Shape = [4])] public partial class M {{ [Relu] {Layers} }}",
            "Shape",
            "MG1008: 'Shape' is already given on line 3"
        ),
        (
            $"[Network, Tensor(4, Key = \"dta\")] public partial class M {{ [Relu] {Layers} }}",
            "\"dta\"",
            "MG2005: 'Tensor.Key' expects one of data; found 'dta'; did you mean 'data'?"
        ),
        (
            $"[Transformer, Tensor(4), NextToken] public partial class M {{ [Embed(8), Unembed] {Layers} }}",
            "Tensor",
            "MG2027: 'tensor' is a kind of data, but not one that 'data' takes here; it takes tokens"
        ),
        (
            "[Network, Tensor(4)] public partial class lower { [Relu] " + Layers + " }",
            "lower",
            "MG2013: 'lower' cannot be the name of a model: it becomes a C# class, so it must start with an upper-case letter"
        ),
        (
            "[Gan(Latent = 3), Image(1, 2, 2), NonSaturating, Training(Batch = 4, Duration = \"2 epochs\"), AdamW(1e-3)] public "
                + $"partial class M {{ {Players} }}",
            "AdamW",
            "MG3006: [AdamW] may fill 'training.optimizer' or 'training.discriminator.optimizer'; say which, as in Key = "
                + "\"training.optimizer\""
        ),
        (
            "[Gan(Latent = 3), Image(1, 2, 2), NonSaturating, Training(Batch = 4, Duration = \"2 epochs\"), AdamW(1e-3, Key = "
                + $"\"training.optimiser\")] public partial class M {{ {Players} }}",
            "\"training.optimiser\"",
            "MG2005: 'AdamW.Key' expects one of training.optimizer, training.discriminator.optimizer; found 'training.optimiser'; "
                + "did you mean 'training.optimizer'?"
        ),
        // Arguments.
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear] {Layers} }}",
            "Linear",
            "MG2004: 'linear' needs 'features': the length of the last axis of the result"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear(2 - 2)] {Layers} }}",
            "2 - 2",
            "MG2006: 'linear.features' is 0; it must be at least 1"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Dropout(Probability = 1.5)] {Layers} }}",
            "1.5",
            "MG2006: 'dropout.probability' is 1.5; it must be at least 0 and less than 1"
        ),
        (
            $"[Network, Image(1, 9, 9)] public partial class M {{ [Conv(2, Kernel = \"3\")] {Layers} }}",
            "\"3\"",
            "MG2005: 'conv.kernel' expects a whole number, at least 1, or a list with one for each axis; found the text \"3\""
        ),
        (
            $"[Network, Image(1, 9, 9)] public partial class M {{ [Conv(2, Kernel = new[] {{ 3, 0 }})] {Layers} }}",
            "0",
            "MG2006: 'conv.kernel' is 0; it must be at least 1"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Gelu(\"tahn\")] {Layers} }}",
            "tahn",
            "MG2005: 'gelu.approximate' expects one of none, tanh; found 'tahn'; did you mean 'tanh'?"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Gelu(null!)] {Layers} }}",
            "null!",
            "MG2005: 'gelu.approximate' expects one of none, tanh; found nothing"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear(3, Initialiser = \"normal: {{ deviaton: 0.1 }}\")] {Layers} }}",
            "deviaton",
            "MG2001: 'deviaton' is not a key of 'normal'; did you mean 'deviation'?"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear(3, Initialiser = @\"normal: -1\")] {Layers} }}",
            "-1",
            "MG2006: 'normal.deviation' is -1; it must be larger than 0"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ const string How = \"normal: -1\"; [Linear(3, Initialiser = How)] {Layers} }}",
            "How",
            "MG2006: 'normal.deviation' is -1; it must be larger than 0"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear(3, Initialiser = \"normal: [1\")] {Layers} }}",
            "1",
            "MG1001: the file is not valid YAML: ',' or ']' is missing before this"
        ),
        (
            $"{Gpt} [AdamW(1e-3), Training(Batch = 2, Duration = \"20 stpes\")] public partial class M {{ [Embed(8), Unembed] {Layers} }}",
            "stpes",
            "MG2002: 'stpes' is not a unit of training length; did you mean 'steps'?"
        ),
        (
            $"{Gpt} [AdamW(1e-3, Betas = [0.9]), Training(Batch = 2, Duration = \"20 steps\")] public partial class M {{ "
                + $"[Embed(8), Unembed] {Layers} }}",
            "[0.9]",
            "MG2005: 'adamw.betas' expects a list of two numbers, each at least 0 and less than 1; found a list of 1"
        ),
        // Values that are without effect, or out of range, beside others.
        (
            $"{Gpt} [AdamW(1e-3), CosineSchedule(Floor = 1e-2), Training(Batch = 2, Duration = \"20 steps\")] public partial class "
                + $"M {{ [Embed(8), Unembed] {Layers} }}",
            "1e-2",
            "MG2006: 'cosine.floor' is 0.01; it must be at most 0.001, the learning rate of 'training.optimizer'"
        ),
        (
            $"{Gpt} [Muon(1e-3), Training(Batch = 2, Duration = \"20 steps\")] public partial class M {{ [Embed(8), Unembed] {Layers} }}",
            "Muon(1e-3)",
            "MG2026: 'muon' has no effect: it trains the matrices of linear layers and convolutions, and there are none here; use another "
                + "optimizer"
        ),
        (
            $"{Gpt} [Sampling(Temperature = 0, TopK = 7)] public partial class M {{ [Embed(8), Unembed] {Layers} }}",
            "7",
            "MG2026: 'sampling.top-k' has no effect: with 'temperature: 0' the likeliest token is always taken"
        ),
        (
            $"{Gpt} [AdamW(1e-3), Training(Batch = 2, Duration = \"20 steps\"), Checkpoint(\"30 steps\")] public partial class M "
                + $"{{ [Embed(8), Unembed] {Layers} }}",
            "Checkpoint",
            "MG2026: 'training.checkpoint' has no effect: the run ends after 20 steps ('duration'), before the first checkpoint is due, "
                + "and is saved at its beginning and end in any case"
        ),
        // Lists of layers.
        (
            $"[Network, Tensor(4)] public partial class M {{ {Layers} }}",
            "NetworkLayers",
            "MG2018: 'network' has no entries; it needs at least one"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Residual(\"Blok\")] {Layers} [Relu] static partial LayerList Block "
                + "{ get; } }",
            "\"Blok\"",
            "MG2002: 'Blok' is not a property of this class that lists layers; did you mean 'Block'?"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Residual(nameof(A))] {Layers} [Repeat(2, nameof(B))] static partial "
                + "LayerList A { get; } [Residual(nameof(A))] static partial LayerList B { get; } }",
            "nameof(A)",
            "MG2012: the block 'A' contains itself: A -> B -> A"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Use(nameof(A))] {Layers} [Relu, Use(nameof(A))] static partial "
                + "LayerList A { get; } }",
            "Use",
            "MG2012: the block 'a' contains itself: a -> a"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Use(nameof(Relu))] {Layers} [Relu, Linear(4)] static partial "
                + "LayerList Relu { get; } }",
            "Relu {",
            "MG2013: 'relu' cannot be the name of a block: it is already a layer"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear(3, As = \"Skip\")] {Layers} }}",
            "Skip",
            "MG2013: 'Skip' cannot be the name of a result: a name consists of lower-case letters, digits and single hyphens, and starts "
                + "with a letter"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Linear(4, As = \"skip\"), Add(From = [\"skp\", \"input\"])] {Layers} }}",
            "[\"skp\", \"input\"]",
            "MG2015: no earlier layer here is named 'skp'; did you mean 'skip'?"
        ),
        (
            $"[Network, Tensor(4)] public partial class M {{ [Residual(nameof(A))] {Layers} [Linear(5)] static partial LayerList A "
                + "{ get; } }",
            "Residual(nameof(A))",
            "MG2019: residual adds its input [4] to the output of its layers, [5]; the two shapes must be equal. How it got there: "
                + "network: [4] -> linear [5]"
        ),
        (
            $"[Network, Tensor(4, 9)] public partial class M {{ [Reshape(5, 7)] {Layers} }}",
            "5, 7",
            "MG2007: reshape to [5, 7] needs 35 elements; it gets [4, 9], which has 36. How it got there: network: [4, 9]"
        ),
    ];

    // All in one project, each in a file and a namespace of its own.
    private static readonly Lazy<ILookup<string, Diagnostic>> Found = new(static () =>
    {
        var project = new SpecProject(generator: new ClassGenerator());
        for (var i = 0; i < Mistakes.Length; i++)
        {
            project.AddCode($"using ModelGen;\nnamespace {Name(i)};\n{Mistakes[i].Code}\n", Name(i));
        }

        return project.Analyze().ToLookup(static diagnostic => diagnostic.Location.SourceTree!.FilePath);
    });

    public static TheoryData<int> Numbers => [.. Enumerable.Range(0, Mistakes.Length)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void EachMistakeIsAtItsPlace(int number)
    {
        var (_, marked, message) = Mistakes[number];
        var diagnostic = Assert.Single(Found.Value[Name(number)]);

        Assert.Equal(message, $"{diagnostic.Id}: {diagnostic.GetMessage(null)}");
        Assert.True(diagnostic.Location.IsInSource);
        Assert.Equal(
            marked.Replace(" {", "", StringComparison.Ordinal),
            diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan)
        );
    }

    [Fact]
    public void AllMistakesOfAClassShowAtOnce() =>
        Assert.Equal(
            ["MG2006 0", "MG2005 many", "MG2006 1.5", "MG2002 \"Blok\""],
            Analyze(
                    $"{Gpt} [AdamW(1e-3), Training(Batch = 0, Duration = \"many\")] public partial class M {{ [Embed(8), "
                        + $"Dropout(1.5), Residual(\"Blok\"), Unembed] {Layers} }}"
                )
                .Select(static diagnostic =>
                    $"{diagnostic.Id} {diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan)}"
                )
        );

    // A model, one bound to a spec, and a class that is none: what is shown has the same end for each.
    [Theory]
    [InlineData("[Network, Tensor(4)] ", "static partial LayerList NetworkLayers { get; }", "[Residual(\"Blok\")] ", "MG2002")]
    [InlineData(
        "[Model(\"/app/m.model.yaml\")] ",
        "static LayerList Some => new();",
        "[Relu] static LayerList Some{0} => new(); ",
        "MG3004"
    )]
    [InlineData("", "static LayerList Some => new();", "[Relu] static LayerList Some{0} => new(); ", "MG3004")]
    public void OfManyMistakesTheFirstAreShown(string head, string last, string wrong, string id)
    {
        var many = string.Concat(
            Enumerable.Range(0, 150).Select(i => wrong.Replace("{0}", i.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal))
        );
        var code = $"{head}public partial class M {{ {many}{last} }}";
        var project = Project(code);
        project.Write("/app/m.model.yaml", Specs.Network("M"));

        var found = project.Analyze();

        Assert.Equal(101, found.Length);
        Assert.Equal([id, "MG1010"], found.Select(static diagnostic => diagnostic.Id).Distinct());
        Assert.Equal("50 more mistakes from here on are not shown", found[^1].GetMessage(null));
    }

    [Fact]
    public void APragmaOrASettingSilencesAMistake()
    {
        const string Wrong =
            "[Network, Tensor(4)] public partial class M {\n#pragma warning disable MG2006\n[Dropout(1.5)]\n#pragma warning "
            + $"restore MG2006\n{Layers} }}";
        var project = Project($"[Network, Tensor(4)] public partial class M {{ [Dropout(1.5)] {Layers} }}");
        project.Silence("MG2006");

        Assert.Empty(Analyze(Wrong));
        Assert.Empty(project.Analyze());
    }

    // What the C# compiler says is enough.
    [Theory]
    [InlineData($"[Network, Tensor(4)] public partial class M {{ [Linear(Missing)] {Layers} }}")]
    [InlineData($"[Network, Tensor(\"4\")] public partial class M {{ [Relu] {Layers} }}")]
    [InlineData($"[Network, Tensor(4)] public partial class M {{ [Linear(4, Kernal = 3)] {Layers} }}")]
    [InlineData($"[Network, Tensor(4)] public partial class M {{ [Rellu] {Layers} }}")]
    public void WhatIsNoCSharpIsNotReportedTwice(string code)
    {
        var project = Project(code);

        Assert.DoesNotContain(project.Analyze(), static diagnostic => diagnostic.Id != "MG2018");
        Assert.NotEmpty(project.Run().CompilerDiagnostics);
    }

    [Fact]
    public void AMemberOfTheSameNameIsReported()
    {
        var diagnostic = Assert.Single(
            Analyze(
                $"[Network, Tensor(4)] public partial class M {{ [Use(nameof(Mlp))] {Layers} [Relu] static partial LayerList Mlp "
                    + "{ get; } }"
            )
        );

        Assert.Equal(
            "MG3008: 'Mlp' is also a generated member of the model's class; 'MlpLayers' names the list and leaves the member alone",
            $"{diagnostic.Id}: {diagnostic.GetMessage(null)}"
        );
    }

    [Fact]
    public void AKeyTellsTwoOptimizersApart() =>
        Assert.Empty(
            Analyze(
                "[Gan(Latent = 3), Image(1, 2, 2), NonSaturating, Training(Batch = 4, Duration = \"2 epochs\"), AdamW(1e-3, Key = "
                    + "\"training.optimizer\"), AdamW(2e-3, Key = \"training.discriminator.optimizer\")] public partial class M { "
                    + $"{Players} }}"
            )
        );

    [Fact]
    public void AModelInTwoFilesIsReported()
    {
        var project = Project($"[Network, Tensor(4)] public partial class M;");
        project.AddCode(
            $"using ModelGen;\nnamespace App;\n[XavierUniformInitialiser] partial class M {{ [Linear(4)] {Layers} }}",
            "/app/Other.cs"
        );

        var found = project.Analyze();
        Assert.Equal(
            [
                "[XavierUniformInitialiser] is in a different file from the family of 'M'; a model or a recipe must be described in one "
                    + "file",
                "'NetworkLayers' is in a different file from the family of 'M'; a model or a recipe must be described in one file",
            ],
            found.Select(static diagnostic => diagnostic.GetMessage(null))
        );
        Assert.All(found, static diagnostic => Assert.Equal("/app/Other.cs", diagnostic.Location.SourceTree!.FilePath));
        Assert.Equal(
            ["XavierUniformInitialiser", "NetworkLayers"],
            found.Select(static diagnostic => diagnostic.Location.SourceTree!.GetText().ToString(diagnostic.Location.SourceSpan))
        );
    }

    // A part that only adds members may be anywhere.
    [Fact]
    public void OtherMembersMayBeInAnotherFile()
    {
        var project = Project($"/// <summary>A model.</summary>\n[Network, Tensor(4)] public partial class M {{ [Relu] {Layers} }}");
        project.AddCode("namespace App; partial class M { internal int Twice => 2; }", "/app/Other.cs");

        Assert.Empty(project.Analyze());
        Assert.Empty(project.Run().CompilerDiagnostics);
    }

    [Fact]
    public void AnEmptyProjectHasNoMistakes() => Assert.Empty(Analyze("public partial class M { public int Some => 1; }"));

    private static string Name(int number) => string.Create(CultureInfo.InvariantCulture, $"Case{number}");

    private static SpecProject Project(string code) =>
        new(source: $"using ModelGen;\nnamespace App;\n{code}\n", generator: new ClassGenerator());

    private static IReadOnlyList<Diagnostic> Analyze(string code) => Project(code).Analyze();
}
