using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Conditionings;

internal sealed class Concatenated()
    : ClassConditioning(
        "concatenated",
        "a one for the class and zeros for the others, behind the axes or channels of what comes in: Mirza and Osindero 2014"
    )
{
    /// <summary>The word as parameters have it for their default; not the catalogue's, which comes to be later.</summary>
    public static Configured<ClassConditioning> Configured =>
        new(new Concatenated(), Arguments.Of([], new Dictionary<Parameter, object?>()));

    public override string Example => "concatenated";

    public override long Width(Arguments arguments, long classes) => classes;
}
