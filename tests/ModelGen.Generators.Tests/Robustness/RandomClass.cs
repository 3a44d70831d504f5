using System.Globalization;

namespace ModelGen.Generators.Tests.Robustness;

/// <summary>
/// A class with the attributes of a model, declared in any way that C# allows: nested, generic, in several parts and files, with bases,
/// constructors and members of its own. Unless something makes it no model, it compiles once its other part is generated.
/// </summary>
internal sealed class RandomClass
{
    private const string Form = "MG3001";

    private static readonly string[] Names = ["M", "Model1", "@Model", "Größe", "Ωmega", "M_2", "Ünit", "Ab", "Ǆ"];

    private static readonly string[] Spaces = ["", "", ".Deep", ".@event", ".Größe", ".@where", ".@var.Deep", ".System"];

    private static readonly string[] Containers =
    [
        "class Outer",
        "static |class Outer",
        "abstract |class Outer",
        "sealed |class Outer",
        "struct Outer",
        "readonly |struct Outer",
        "ref |struct Outer",
        "record Outer",
        "sealed |record class Outer",
        "record struct Outer",
        "readonly |record struct Outer",
        "interface IOuter",
        "class @event",
        "class @record",
        "struct @required",
        "class @file",
        "class @scoped",
        "class @var",
        "class @partial",
        "class @where",
        "class @dynamic",
        "class @field",
        "class @extension",
        "class @await",
        "record @unmanaged",
        "class @nameof",
        "class Größe",
    ];

    private static readonly string[] ParameterLists = ["<T>", "<T, @class>", "<@where, @record>", "<@event>", "<T1, T2, T3>"];

    private static readonly string[] VariantLists = ["<in T>", "<out T>", "<in T, out @event>", "<T, out T2>"];

    // Names of lists of layers that are used as blocks.
    private static readonly string[] Lists =
    [
        "Mlp",
        "MlpLayers",
        "Block2",
        "ABBlock",
        "@Inner",
        "@event",
        "_hidden",
        "Größe",
        "mlp_2",
        "Two_Words",
        "Layers",
        "LayersLayers",
        "value",
        "field",
        "Relu",
        "@record",
        "NetworkLayers2",
        "Linear",
        "ToString",
        "forward",
        "training",
        "@base",
    ];

    // What may stand beside the generated members, %1 being the class and %2 a number.
    private static readonly string[] Members =
    [
        "internal const int One%2 = 1;",
        "private int _one%2 = 1; internal int One%2 => _one%2++;",
        "internal static object? Other%2() => null;",
        "public int this[int one] => one;",
        "internal event global::System.Action? Done%2; internal void Do%2() => Done%2?.Invoke();",
        "internal enum Kind%2 { One }",
        "internal readonly record struct Pair%2(int One, int Two);",
        "internal delegate void Method%2();",
        "~%1() { }",
        "static %1() { }",
        "internal T? Of%2<T>() => default;",
        "internal torch.Tensor forward(torch.Tensor one, int two%2) => one;",
        "internal void forward() { }",
        "internal int linear;",
        "internal int torch = 1;",
        "internal int nn() => 1;",
        "internal static class Tensor;",
        "internal static class functional { }",
        "internal static class arithmetic { }",
        "internal int input, output, hidden, device, scope;",
        "internal static new string ToString() => \"\";",
        "internal new string GetName() => \"\";",
        "internal new int GetType() => 1;",
        "internal new void register_module(string one) { }",
        "internal new void register_module() { }",
        "internal new static void state_dict() { }",
        "internal new void to() { }",
        "internal new int name => 1;",
        "internal new int training = 2;",
        "internal new int call = 2;",
        "internal new int parameters = 2;",
        "internal new static int register_module = 2;",
        "internal new static int state_dict = 2;",
        "internal new int state_dict => 2;",
        "internal new int Device = 2;",
        "internal new int CheckInput = 2;",
        "internal new int CheckInput(int one) => one;",
        "internal new sealed class Module;",
        "internal int System, TorchSharp, ModelGen;",
        "internal static class System;",
        "internal static class ModelGen;",
        "internal static class TorchSharp;",
        "internal static class @global;",
        "internal static class NewDisposeScope;",
        "internal static class Network;",
        "internal static class Enumerable;",
        "internal int nameof(int one) => one;",
        "internal string nameof = \"\";",
        "internal static class @string;",
        "internal static class @long;",
        "\n#region One\n#endregion\n",
        "\n#if MISSING\n]}{\n#endif\n",
        "\n#nullable disable\n",
        "\n#line 200 \"other.txt\"\n",
        "\n#line hidden\n",
        "\n#line (1, 1) - (5, 60) 10 \"other.txt\"\n",
    ];

    // What the generated part declares too, by the name that is marked.
    private static readonly (string Member, string Name)[] Clashes =
    [
        ("internal int Linear => 1;", "Linear"),
        ("internal int _first, Linear = 2;", "Linear"),
        ("internal void Linear() { }", "Linear"),
        ("internal enum Linear;", "Linear"),
        ("internal delegate void Linear();", "Linear"),
        ("internal event global::System.Action? Linear { add { } remove { } }", "Linear"),
        ("internal int @Linear;", "@Linear"),
        ("internal static class Linear;", "Linear"),
        ("internal static class Linear<T>;", "Linear"),
        ("internal interface Linear;", "Linear"),
        ("internal void Linear<T>() { }", "Linear"),
        ("public override torch.Tensor forward(torch.Tensor input) => input;", "forward"),
        ("public override global::TorchSharp.torch.Tensor forward(TorchSharp.torch.Tensor input) => input;", "forward"),
        ("public override string Fingerprint => \"\";", "Fingerprint"),
        ("internal new int Fingerprint = 1;", "Fingerprint"),
        ("internal new int RegisterComponents = 1;", "RegisterComponents"),
        ("protected override void RegisterComponents() { }", "RegisterComponents"),
        ("internal int SourceMap = 1;", "SourceMap"),
        ("internal new int forward = 1;", "forward"),
        ("internal static class forward;", "forward"),
    ];

    // How the list of the network's layers may be declared.
    private static readonly string[] ListModifiers =
    [
        "static partial",
        "static partial",
        "partial",
        "internal static partial",
        "public partial",
        "private static partial",
        "protected internal static partial",
        "private protected partial",
        "static internal partial",
    ];

    private static readonly string[] ListTypes = ["LayerList", "global::ModelGen.LayerList", "LL"];

    private static readonly string[] WrongLists =
    [
        "static LayerList NetworkLayers { get; } = new();",
        "static LayerList NetworkLayers => new();",
        "static partial LayerList? NetworkLayers { get; }",
        "static partial LayerList NetworkLayers { get; set; }",
        "partial LayerList NetworkLayers { get; init; }",
        "static string NetworkLayers => \"\";",
    ];

    private readonly Random _random;
    private readonly List<(string Id, string Marked)> _mistakes = [];
    private readonly string _name;
    private readonly string _kind;
    private readonly string _parameters;
    private readonly Part[] _parts;
    private readonly (string Head, string Parameters)[] _outer;
    private string _types = "";
    private bool _isForm;

    private RandomClass(int seed)
    {
        _random = new Random(seed);
        _name = Pick(Names);
        (Seed, Space) = (seed, string.Create(CultureInfo.InvariantCulture, $"Case{seed}{Pick(Spaces)}"));
        _kind = Rarely(15) ? Pick("record", "record class", "struct", "record struct", "interface", "readonly struct") : "class";
        _parameters = Rarely(15) ? Pick(ParameterLists) : "";
        _outer = Outer();
        _isForm = _kind != "class" || _parameters.Length > 0 || _outer.Length > 0;
        _parts = [.. Enumerable.Range(0, Pick(1, 1, 1, 2, 2, 3)).Select(_ => new Part { IsPartial = !Rarely(20) })];
        _isForm |= _parts.Any(static part => !part.IsPartial) && _parts.Length > 0;
        Modify();
        Describe();
        Derive();
        AddMembers();
        if (_isForm && !IsOpen)
        {
            _mistakes.Add((Form, _name));
        }

        Files = Write();
    }

    public int Seed { get; }

    /// <summary>The namespace that it has for itself.</summary>
    public string Space { get; }

    /// <summary>The C#, by file.</summary>
    public IReadOnlyList<string> Files { get; }

    /// <summary>What is to be told: rules, and what is marked.</summary>
    public IReadOnlyList<(string Id, string Marked)> Mistakes => [.. _mistakes.Distinct()];

    /// <summary>Whether more may be told: some names of lists are no names of blocks.</summary>
    public bool IsOpen { get; private set; }

    public static RandomClass Of(int seed) => new(seed);

    private (string Head, string Parameters)[] Outer() =>
        Rarely(5)
            ?
            [
                .. Enumerable
                    .Range(1, Pick(1, 1, 2, 3))
                    .Select(number =>
                    {
                        var head = Pick(Containers);
                        head = head.EndsWith("Outer", StringComparison.Ordinal)
                            ? string.Create(CultureInfo.InvariantCulture, $"{head}{number}")
                            : head;
                        var parameters =
                            !Rarely(3) ? ""
                            : head.StartsWith("interface", StringComparison.Ordinal) ? Pick(VariantLists)
                            : Pick(ParameterLists);
                        var partial = Rarely(6) ? "" : "partial ";
                        head = head.Contains('|', StringComparison.Ordinal)
                            ? head.Replace("|", partial, StringComparison.Ordinal)
                            : partial + head;
                        return (head, parameters);
                    }),
            ]
            : [];

    private void Modify()
    {
        var part = Pick(_parts);
        if (Rarely(2))
        {
            var access = _outer.Length == 0 ? Pick("public", "internal") : Pick("public", "internal", "private");
            part.Modifiers.Add(access);
            if (Rarely(3))
            {
                // The same on every part.
                foreach (var other in _parts.Where(other => other != part))
                {
                    other.Modifiers.Add(access);
                }
            }
        }

        if (_kind is not ("class" or "record" or "record class"))
        {
            return;
        }

        var modifier = Pick("", "", "", "", "", "sealed", "sealed", "abstract", "static", "file");
        if (modifier == "file" && (_outer.Length > 0 || _parts.Any(static each => each.Modifiers.Count > 0)))
        {
            return;
        }

        if (modifier == "file")
        {
            foreach (var each in _parts)
            {
                each.Modifiers.Add(modifier);
            }
        }
        else if (modifier.Length > 0)
        {
            Pick(_parts).Modifiers.Insert(0, modifier);
        }

        _isForm |= modifier is "abstract" or "static" or "file";
    }

    // The attributes, and the lists of layers.
    private void Describe()
    {
        var (home, listed) = (_random.Next(_parts.Length), _random.Next(_parts.Length));
        if (_parts.Length > 1 && Rarely(3) && !_parts.Any(static part => part.Modifiers.Contains("file")))
        {
            _parts[^1].File = 1;
        }

        var hasFamily = !Rarely(12);
        var family = Pick("Network", "Network", "NetworkAttribute", "global::ModelGen.Network", "global::ModelGen.NetworkAttribute", "Net");
        var data = Pick(
            "Tensor(4)",
            "Tensor(4)",
            "Tensor(shape: 4)",
            "Tensor(2 * 2)",
            "global::ModelGen.Tensor(4)",
            hasFamily ? "Ten(4)" : "Tensor(4)"
        );
        if (hasFamily)
        {
            _parts[home].Attributes.Add(family);
        }
        else
        {
            _isForm = false;
            _mistakes.Add(("MG3004", data.Split('(')[0]));
        }

        _parts[home].Attributes.Add(data);
        if (hasFamily && Rarely(15))
        {
            _parts[home].Attributes.Add("Transformer");
            _mistakes.Add(("MG3002", "Transformer"));
        }

        if (hasFamily && Rarely(5))
        {
            var other = Pick(_parts);
            other.Attributes.Add("XavierUniformInitialiser");
            if (other.File != _parts[home].File)
            {
                _mistakes.Add(("MG3007", "XavierUniformInitialiser"));
            }
        }

        var layers = new List<string> { Pick("Linear(2)", "Linear(features: 2)", "global::ModelGen.Linear(2)", "Linear(2, Bias = false)") };
        var blocks = Enumerable
            .Range(0, Pick(0, 0, 0, 1, 2))
            .Select(_ => Pick(Lists))
            .DistinctBy(static name => name.TrimStart('@'))
            .ToList();
        layers.AddRange(blocks.Select(block => Pick($"Use(nameof({block}))", $"Residual(nameof({block}))")));
        IsOpen = blocks.Count > 0;
        var wrong = hasFamily && Rarely(15);
        _parts[listed]
            .Members.Add(
                $"[{string.Join(", ", layers)}] "
                    + (
                        wrong
                            ? Pick(WrongLists)
                            : $"{Pick(ListModifiers)} {Pick(ListTypes)} NetworkLayers {{ {Pick("", "", "[global::System.Obsolete] ")}get; }}"
                    )
            );
        foreach (var block in blocks)
        {
            _parts[listed]
                .Members.Add($"[{Pick("Relu", "Linear(2)", "Relu, Linear(2), Relu")}] {Pick(ListModifiers)} LayerList {block} {{ get; }}");
        }

        if (wrong)
        {
            _mistakes.Add(("MG3003", "NetworkLayers"));
        }
        else if (hasFamily && _parts[home].File != _parts[listed].File)
        {
            _mistakes.Add(("MG3007", "NetworkLayers"));
        }
        else if (!hasFamily)
        {
            _mistakes.Add(("MG3004", layers[0].Split('(')[0]));
        }
    }

    private void Derive()
    {
        var part = Pick(_parts);
        switch (_kind)
        {
            case "class" or "record" or "record class" when Rarely(6):
                var own = Pick(
                    "Own",
                    "global::System.Exception",
                    "Own, IOwn",
                    "global::ModelGen.Models.Vae",
                    "global::ModelGen.Models.Network",
                    "global::ModelGen.Models.Network"
                );
                part.Bases.Add(own);
                _isForm |= own != "global::ModelGen.Models.Network" && _mistakes.All(static mistake => mistake.Id != "MG3004");
                _types = "internal class Own; internal interface IOwn;";
                break;
            case not "interface" when Rarely(6):
                part.Bases.Add(Pick("IOwn", "IOwn, global::System.IDisposable", "global::System.IDisposable"));
                _types = "internal interface IOwn;";
                break;
        }

        if (_kind == "interface" || !Rarely(6))
        {
            return;
        }

        var isModel = _mistakes.All(static mistake => mistake.Id != "MG3004");
        var constructor = Pick(
            "(int one)",
            "()",
            "%1() { }",
            "internal %1(int one) { }",
            "private %1(string one) : base(one) { }",
            "internal %1(int one) : this() { }",
            "internal %1(int one) : this(device: null) { }"
        );
        part = Pick(_parts);
        if (constructor[0] == '(')
        {
            part.Primary = constructor;
        }
        else
        {
            part.Members.Add(constructor);
        }

        _isForm |= isModel && !constructor.Contains("this", StringComparison.Ordinal);
    }

    private void AddMembers()
    {
        var isModel = _mistakes.All(static mistake => mistake.Id != "MG3004");
        var number = 0;

        // Of two members without a number in their names, both may have the same.
        foreach (
            var member in Enumerable
                .Range(0, Pick(0, 0, 1, 2))
                .Select(_ => Pick(Members))
                .DistinctBy(static member => member.Contains("%2", StringComparison.Ordinal) ? member : "")
        )
        {
            number++;
            Pick(_parts).Members.Add(member.Replace("%2", number.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal));
        }

        if (isModel && !IsOpen && Rarely(8))
        {
            var (member, name) = Pick(Clashes);
            Pick(_parts).Members.Add(member);
            _mistakes.Add(("MG3010", name));
        }
    }

    private string[] Write() => [.. _parts.GroupBy(static part => part.File).OrderBy(static file => file.Key).Select(File)];

    private string File(IEnumerable<Part> parts)
    {
        var isFirst = parts.Contains(_parts[0]);
        var head =
            "using ModelGen;\nusing TorchSharp;\nusing LL = ModelGen.LayerList;\nusing Net = ModelGen.NetworkAttribute;\nusing Ten = "
            + "ModelGen.TensorAttribute;\n";
        var inside =
            string.Concat(_outer.Select(static outer => $"{outer.Head}{outer.Parameters} {{\n"))
            + string.Concat(parts.Select(Write))
            + string.Concat(_outer.Select(static _ => "}\n"));
        return $"{head}namespace {Space}\n{{\n{(isFirst ? _types : "")}\n{inside}}}\n";
    }

    private string Write(Part part)
    {
        var attributes = string.Concat(part.Attributes.Select(static attribute => $"[{attribute}]\n"));
        var modifiers = string.Concat(part.Modifiers.Select(static modifier => modifier + " "));
        var readOnly = _kind.StartsWith("readonly ", StringComparison.Ordinal) ? "readonly " : "";
        var bases = part.Bases.Count == 0 ? "" : $" : {string.Join(", ", part.Bases)}";
        var body = string.Join("\n", part.Members).Replace("%1", _name, StringComparison.Ordinal);
        return $"{attributes}{modifiers}{readOnly}{(part.IsPartial ? "partial " : "")}{_kind[readOnly.Length..]} {_name}{_parameters}{part.Primary}{bases}\n{{\n"
            + $"{body}\n}}\n";
    }

    private bool Rarely(int times) => _random.Next(times) == 0;

    private T Pick<T>(params IReadOnlyList<T> values) => values[_random.Next(values.Count)];

    /// <summary>One of the declarations of the class.</summary>
    private sealed class Part
    {
        public bool IsPartial { get; init; }

        public int File { get; set; }

        public string Primary { get; set; } = "";

        public List<string> Attributes { get; } = [];

        public List<string> Modifiers { get; } = [];

        public List<string> Bases { get; } = [];

        public List<string> Members { get; } = [];
    }
}
