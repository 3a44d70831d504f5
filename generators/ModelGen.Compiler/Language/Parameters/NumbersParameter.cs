using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language.Parameters;

/// <summary>A list of numbers.</summary>
internal sealed class NumbersParameter(string name, string summary) : Parameter<EquatableArray<double>>(name, summary)
{
    // More than any constructor should take.
    private const int MostArguments = 32;

    /// <summary>What the constructor of a class of the user's own takes.</summary>
    public static NumbersParameter OfConstructor() =>
        new("arguments", "the arguments of its constructor, in order") { Default = new EquatableArray<double>([]) };

    public Range Range { get; init; } = Range.Finite;

    /// <summary>The fewest numbers.</summary>
    public int MinimumCount { get; init; }

    /// <summary>The most numbers.</summary>
    public int MaximumCount { get; init; } = MostArguments;

    public override ValueForm Form => new NumbersForm(Range, MinimumCount, MaximumCount);

    protected override string Format(EquatableArray<double> value) => $"[{string.Join(", ", value.Select(NumberText.Of))}]";
}
