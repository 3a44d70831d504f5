using ModelGen.Compiler.Language;

namespace ModelGen.Compiler.Words.Conditionings;

internal sealed class Concatenated()
    : ClassConditioning(
        "concatenated",
        "a one for the class and zeros for the others, appended to the axes or channels of the input: Mirza and Osindero 2014"
    )
{
    /// <summary>The word as a default of parameters; not the catalogue's instance, which is created later.</summary>
    public static Configured<ClassConditioning> Configured =>
        new(new Concatenated(), Arguments.Of([], new Dictionary<Parameter, object?>()));

    public override string Example => "concatenated";

    public override long Width(Arguments arguments, long classes) => classes;
}
