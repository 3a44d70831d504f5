using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Surface;

namespace ModelGen.Compiler.Words.Families;

/// <summary>How families that write text choose the next token.</summary>
internal static class TokenSampling
{
    private static readonly NumberParameter Temperature = new(
        "temperature",
        "the divisor of the scores: below 1 sharpens the distribution, above 1 flattens it; 0 always takes the likeliest token"
    )
    {
        Range = Language.Range.NonNegative,
        Default = 1,
    };

    /// <summary>The key.</summary>
    public static readonly GroupParameter Group = new(
        "sampling",
        "how the next token is chosen",
        "SamplingOptions",
        Temperature,
        new IntegerParameter("top-k", "only the k likeliest tokens are considered: Fan et al. 2018") { Absent = "all" },
        new NumberParameter("top-p", "only the likeliest tokens that together reach this probability are considered: Holtzman et al. 2020")
        {
            Range = new Language.Range(0, 1, ExcludesMinimum: true),
            Absent = "all",
        }
    )
    {
        HasDefaults = true,
        Problems = static sampling =>
            sampling.Get(Temperature) > 0
                ? []
                : Group!
                    .Parameters.Where(key => key != Temperature && sampling.Value(key) is not null)
                    .Select(static key =>
                        Problem.NoEffect(
                            key.Name,
                            $"{Group.Name}.{key.Name}",
                            $"with '{Temperature.Name}: 0' the likeliest token is always taken"
                        )
                    ),
    };

    /// <summary>The values of a spec.</summary>
    public static OptionGroup Options(Arguments arguments) => new("How the spec says to sample from it.", Group, arguments.Get(Group));
}
