using System.Globalization;
using System.Text;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>A project whose own names are those that generated code uses, and specs in files and folders of any names.</summary>
internal sealed class RandomProject
{
    private static readonly string[] Names =
    [
        .. SurroundingsTests.Names,
        "Block",
        "Mlp",
        "global",
        "Models",
        "Native",
        "SampleDataset",
        "SupervisedObjective",
        "CrossEntropyLoss",
        "ReadOnlySpan",
        "BatchSplit",
        "Fingerprint",
        "Input",
        "Alpha",
        "ALPHA",
        "Größe",
        "_One",
        "M1",
        "Ⅷ",
        "Über_1",
        "@class",
        "@event",
        "@where",
        "@record",
        "@nameof",
        "@dynamic",
        "@string",
        "@long",
        "@base",
        "forward",
        "training",
        "call",
        "state_dict",
        "register_module",
        "input",
        "device",
        "scope",
        "field",
        "value",
        "SourceMap",
        "RegisterComponents",
        "Layer1",
        "x",
        "M",
        "Model",
        "_",
        "_1",
        "Ünïcode",
        "名前",
        "Global",
        "Training",
        "Dispose",
    ];

    // Names that no model gets: without a namespace, an alias would be in its way, which only C# tells.
    private static readonly string[] Aliases = [.. Names.Where(static name => char.IsLower(name.TrimStart('@')[0]))];

    private static readonly string[] ModelNames =
    [
        "Alpha",
        "ALPHA",
        "Beta",
        "Größe",
        "Network",
        "Linear",
        "Tensor",
        "Module",
        "Block",
        "Input",
        "Device2",
        "GELU",
        "Mlp",
        "Math",
        "M1",
        "Models",
        "Native",
        "Duration",
        "Objective",
        "Über_1",
        "lower",
        "System",
        "Layers",
        "Vae",
        "A-b",
        "M",
        "Model",
        "class",
        "_1",
        "Ünïcode",
        "名前",
        "Global",
        "Training",
        "Dispose",
    ];

    private static readonly string[] Results =
    [
        "nn",
        "torch",
        "tensor",
        "module",
        "linear",
        "layers",
        "block",
        "alpha",
        "input",
        "output",
        "hidden",
        "device",
        "scope",
        "training",
        "call",
        "class",
        "event",
        "var",
        "await",
        "nameof",
        "field",
        "value",
        "base",
        "this",
        "i",
        "next",
        "forward",
        "state-dict",
        "register-module",
        "fingerprint",
        "source-map",
        "dispose",
        "system",
        "global",
        "adam-w-options",
        "a1",
        "batch-norm1d",
        "parameters",
        "name",
        "to",
    ];

    private static readonly string[] Folders =
    [
        "/app",
        "/app/specs",
        "/app/Specs",
        "/app/my specs",
        "/app/größe",
        "/app/a.b",
        "/app/obj",
        "/elsewhere",
    ];

    private static readonly string[] Endings = [".model.yaml", ".model.yml", ".MODEL.YAML", ".Model.Yml"];

    private readonly Random _random;

    private RandomProject(int seed)
    {
        _random = new Random(seed);
        (Seed, RootNamespace) = (seed, Root());
        Source = Code();
        var count = Pick(1, 1, 2, 3);
        Specs =
        [
            .. Enumerable
                .Range(0, count)
                .Select(_ => (Path: $"{Pick(Folders)}/{Pick("a", "A", "alpha", "b c", "größe")}{Pick(Endings)}", Text: Spec()))
                .DistinctBy(static spec => spec.Path),
        ];
    }

    public int Seed { get; }

    public string RootNamespace { get; }

    /// <summary>The user's own C#.</summary>
    public string Source { get; }

    public IReadOnlyList<(string Path, string Text)> Specs { get; }

    public static RandomProject Of(int seed) => new(seed);

    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"root namespace '{RootNamespace}'\n{Source}\n{string.Concat(Specs.Select(static spec => $"--- {spec.Path}\n{spec.Text}"))}"
        );

    private string Root() =>
        OfItsOwn(
            Pick("App", "App", "", Plain(), $"App.{Plain()}", $"{Plain()}.App", $"{Plain()}.{Plain()}", "my-app.2d", "App.class.event")
        );

    // In a namespace of a library's, a type may hide the library's own whatever it is called by: C# then says so itself.
    private static string OfItsOwn(string space) => space.Split('.')[0] is "System" or "TorchSharp" or "ModelGen" ? $"App.{space}" : space;

    private string Code()
    {
        var code = new StringBuilder("#pragma warning disable\n");
        foreach (var number in Enumerable.Range(0, Pick(0, 0, 1)))
        {
            code.Append(
                CultureInfo.InvariantCulture,
                $"global using {Pick(Aliases)} = {Pick("System.String", "System.Math", "TorchSharp.torch", "ModelGen.LayerList")};\n"
            );
        }

        foreach (var number in Enumerable.Range(0, Pick(1, 2, 3, 5)))
        {
            var space = Pick(
                "",
                RootNamespace.Length == 0 ? "" : RootNamespace,
                RootNamespace,
                $"App.{Pick(Names)}",
                Pick(Names),
                $"{Pick(Names)}.{Pick(Names)}"
            );
            space = string.Join('.', OfItsOwn(space).Split('.').Select(Escaped));
            var type = Type();
            code.Append(space.Length == 0 ? type : $"namespace {space}\n{{\n{type}}}\n");
        }

        return code.ToString();
    }

    private string Type()
    {
        var name = Rarely(3) ? Escaped(Pick(ModelNames)) : Pick(Names);
        var member = Pick(
            "",
            "",
            $"internal const int {Pick(Names)} = 1;",
            $"internal int {Pick(Names)}() => 1;",
            $"internal static int {Pick(Names)} => 1;",
            $"internal static class {Pick(Names)};",
            $"internal enum {Pick(Names)};"
        );
        return Pick(
            $"public partial class {name} {{ {member} }}\n",
            $"partial class {name} {{ {member} }}\n",
            $"public partial class {name} {{ {member} }}\n",
            $"internal static class {name};\n",
            $"internal struct {name};\n",
            $"internal interface {name};\n",
            $"internal enum {name};\n",
            $"internal delegate void {name}();\n",
            $"internal static class {name}<T>;\n",
            $"internal static class Extensions {{ internal static void {name}(this object one) {{ }} }}\n"
        );
    }

    private string Spec()
    {
        var (one, two, three) = (Pick(Results), Pick(Results), Pick(Results));
        var layers = Pick(
            $"[{{ linear: 4, as: {one} }}, {{ linear: 4, as: {two} }}, {{ add: , from: [{one}, {two}] }}]",
            $"[{{ {one}: , as: {two} }}, gelu, dropout: 0.1, {{ {one}: , as: {three} }}, linear: 2]",
            $"[{{ repeat: 2, layers: [{one}, {two}] }}, batch-norm, elu]",
            $"[residual: [{one}, linear: 4], gelu: tanh]",
            $"[{{ linear: 4, as: {one} }}, relu]"
        );
        var blocks = string.Concat(
            new[] { one, two, three }.Distinct().Select(static block => $"  {block}: {{ layers: [linear: 4, gelu: tanh, dropout: 0.1] }}\n")
        );
        var usesBlocks = !layers.Contains("linear: 4, as", StringComparison.Ordinal);
        var more = Pick(
            "",
            "",
            "objective: cross-entropy\n",
            "objective: cross-entropy\ntraining: { optimizer: { adamw: 1e-3 }, batch: 4, duration: 2 epochs }\n"
        );
        return $"model: {Pick(ModelNames)}\nfamily: network\ndata: {{ tensor: [4] }}\n{(usesBlocks ? $"blocks:\n{blocks}" : "")}network: {layers}\n{more}";
    }

    private string Plain() => Pick(Names).TrimStart('@');

    private static string Escaped(string name) =>
        Microsoft.CodeAnalysis.CSharp.SyntaxFacts.GetKeywordKind(name) == Microsoft.CodeAnalysis.CSharp.SyntaxKind.None ? name : "@" + name;

    private bool Rarely(int times) => _random.Next(times) == 0;

    private T Pick<T>(params IReadOnlyList<T> values) => values[_random.Next(values.Count)];
}
