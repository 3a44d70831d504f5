namespace ModelGen.Generators.Tests.Classes;

/// <summary>
/// A model's class, declared at random within what C# allows by itself: nested or not, of any kind, with parts, bases, constructors and
/// members.
/// </summary>
internal sealed class RandomClass
{
    private const string OwnConstructor = "internal NAME() { }";

    private const string Layers = "[Linear(2)] static partial LayerList NetworkLayers { get; }";

    // Members of one's own that have no other's name.
    private static readonly string[] Members =
    [
        "private int linear;",
        "public int this[int one] => one;",
        "private const int Width = 4;",
        "private readonly record struct Pair(int One, int Two);",
        "private sealed class Inner<TInner> { private TInner? _value; }",
        "public torch.Tensor forward(torch.Tensor one, int two) => one * two;",
        "private int @event => 1;",
        "internal event Action? Happened { add { } remove { } }",
        "void IDisposable.Dispose() => GC.SuppressFinalize(this);",
        "public static explicit operator int(NAME one) => 1;",
    ];

    // Members that the generated part declares too.
    private static readonly string[] Clashing =
    [
        "public int Linear => 1;",
        "private enum Linear { One }",
        "public override torch.Tensor forward(torch.Tensor input) => input;",
        "private string Fingerprint() => \"\";",
    ];

    private readonly Random _random;

    private RandomClass(Random random)
    {
        _random = random;
        Code = Write();
    }

    /// <summary>The declarations, with all that is around them.</summary>
    public string Code { get; }

    /// <summary>Why the class cannot be a model; empty if it can.</summary>
    public List<string> Reasons { get; } = [];

    /// <summary>The members that are generated too.</summary>
    public List<string> Clashes { get; } = [];

    /// <summary>Whether no model can have its name.</summary>
    public bool IsMisnamed { get; private set; }

    /// <summary>Whether it has no attribute of a family, so that those of its keys and layers are read by nobody.</summary>
    public bool IsNone { get; private set; }

    public static RandomClass Of(int seed) => new(new Random(seed));

    private string Write()
    {
        var name = Pick("M", "Model1", "@class", "Ünïcode", "_", "Scribe", "ModelOfMine");
        var kind = Chance(8) ? "record" : "class";
        var isStatic = kind == "class" && Chance(12);
        var modifier =
            isStatic ? "static "
            : Chance(6) ? Pick("abstract ", "sealed ")
            : "";
        var isPartial = !Chance(10);
        var isNested = Chance(4);
        var access = isNested ? Pick("public ", "internal ", "private ", "") : Pick("public ", "internal ", "", Chance(8) ? "file " : "");
        var parameters = Chance(10) ? Pick("<T>", "<T, @int>") : "";
        var bases = isStatic ? "" : Pick("", "", "", " : IMine", " : IDisposable, IMine", kind == "class" ? " : MemoryStream" : "");
        var primary = !isStatic && kind == "class" && Chance(12) ? "(int one)" : "";
        var constructor = isStatic || primary.Length > 0 || !Chance(8) ? "" : Pick(OwnConstructor, "internal NAME(int one) : this() { }");
        Reason(kind == "record", "it is a record");
        Reason(isStatic, "it is static");
        Reason(modifier == "abstract ", "it is abstract");
        Reason(!isPartial, "it must be partial");
        Reason(access == "file ", "it is local to its file");
        Reason(parameters.Length > 0, "it has type parameters");
        Reason(bases.Contains("MemoryStream", StringComparison.Ordinal), "it has the base class");
        Reason(primary.Length > 0 || constructor == OwnConstructor, "it has a constructor of its own");
        Reason(isNested, "it is nested in");
        IsNone = Chance(12);
        IsMisnamed = !IsNone && name is "_" or "@class";

        var members = new List<string>();
        for (var i = 0; !isStatic && kind == "class" && i < _random.Next(3); i++)
        {
            var member = Named(Pick(Members), name + parameters);
            if (
                !members.Contains(member)
                && !(member.Contains("IDisposable", StringComparison.Ordinal) && !bases.Contains("IDisposable", StringComparison.Ordinal))
            )
            {
                members.Add(member);
            }
        }

        if (!isStatic && kind == "class" && Chance(10))
        {
            var clash = Pick(Clashing);
            members.Add(clash);
            Clashes.Add(clash);
        }

        members.Add(Named(constructor, name));
        var (family, data) = (IsNone ? "" : "[Network]", "[Tensor(4)]");
        var place = _random.Next(members.Count + 1);
        var isSplit = isPartial && Chance(3);
        var declaration = $"{modifier}{(isPartial ? "partial " : "")}{kind} {name}{parameters}";
        var whole = isSplit
            ? $"{family} {access}{declaration}{primary}{bases} {{ {string.Join(' ', members.Take(place))} }}\n"
                + $"{data} {(Chance(2) ? access : access == "file " ? access : "")}{declaration} {{ {Layers} {string.Join(' ', members.Skip(place))} }}"
            : $"{family}{data} {access}{declaration}{primary}{bases} {{ {string.Join(' ', members)} {Layers} }}";
        return isNested ? Around(whole) : whole;
    }

    private string Around(string inner)
    {
        var outer = Pick("class Outer", "partial class Outer", "partial struct Outer", "partial record Outer", "partial class Outer<T0>");
        return Chance(3) ? $"partial class Outermost {{ internal {outer} {{ {inner} }} }}" : $"{outer} {{ {inner} }}";
    }

    private static string Named(string member, string name) => member.Replace("NAME", name, StringComparison.Ordinal);

    private void Reason(bool isSo, string reason)
    {
        if (isSo)
        {
            Reasons.Add(reason);
        }
    }

    private bool Chance(int among) => _random.Next(among) == 0;

    private T Pick<T>(params T[] choices) => choices[_random.Next(choices.Length)];
}
