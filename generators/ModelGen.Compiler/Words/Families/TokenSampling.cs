using ModelGen.Compiler.Graph;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Passes;
using ModelGen.Compiler.Surface;
using ModelGen.Compiler.Text;

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

    // Scores are rarely further apart.
    private static readonly Language.Range Penalties = new(-100, 100);

    private static readonly NumberParameter RepetitionPenalty = new(
        "repetition-penalty",
        "the divisor of the scores above 0, and the factor of those below, of tokens that have been read or written: Keskar et al. 2019"
    )
    {
        Range = Language.Range.Positive,
        Default = 1,
    };

    private static readonly NumberParameter PresencePenalty = new(
        "presence-penalty",
        "what is subtracted from the scores of tokens that have been written"
    )
    {
        Range = Penalties,
        Default = 0,
    };

    private static readonly NumberParameter FrequencyPenalty = new(
        "frequency-penalty",
        "what is subtracted from the score of a token for each time that it has been written"
    )
    {
        Range = Penalties,
        Default = 0,
    };

    private static readonly IntegerParameter MinTokens = new("min-tokens", "how many tokens a text has at least before it may end")
    {
        Minimum = 0,
        Default = 0,
    };

    private static readonly IntegerParameter MaxTokens = new("max-tokens", "how many tokens a text has at most")
    {
        Absent = "as many as the program asks for",
    };

    private static readonly ChoiceParameter PastContext = new(
        "past-context",
        "what happens to a text longer than the context: `slide` forgets the older half of what the model reads, `stop` ends the text",
        "slide",
        "stop"
    )
    {
        Default = "slide",
        RuntimeEnum = "PastContext",
    };

    private static readonly IReadOnlyList<Parameter> Choosing =
    [
        Temperature,
        new IntegerParameter("top-k", "only the k likeliest tokens are considered: Fan et al. 2018") { Absent = "all" },
        Share("top-p", "only the likeliest tokens that together reach this probability are considered: Holtzman et al. 2020"),
        Share("min-p", "only tokens at least this share as likely as the likeliest are considered: Nguyen et al. 2025"),
        Share(
            "typical-p",
            "only the tokens whose information is nearest to its expectation, and which together reach this probability, are considered: "
                + "Meister et al. 2023"
        ),
        RepetitionPenalty,
        PresencePenalty,
        FrequencyPenalty,
        new TextNumbersParameter("logit-bias", "what is added to the scores of these tokens, each by its text", Penalties)
        {
            Absent = "none",
        },
        new TextsParameter("stop", "a text ends before the first of these that it would contain") { Absent = "none" },
        MinTokens,
        MaxTokens,
    ];

    /// <summary>The key of families that continue a text.</summary>
    public static readonly GroupParameter OfTexts = Group([.. Choosing, PastContext]);

    /// <summary>The key of families that write a target, which is no longer than the context.</summary>
    public static readonly GroupParameter OfTargets = Group([.. Choosing]);

    private static GroupParameter Group(Parameter[] keys)
    {
        const string Name = "sampling";
        return new(Name, "how the next token is chosen", "SamplingOptions", keys)
        {
            HasDefaults = true,
            Problems = static sampling =>
                sampling.TryGet(MaxTokens, out var most) && sampling.TryGet(MinTokens, out var least) && most < least
                    ?
                    [
                        Problem.Conflict(
                            MinTokens.Name,
                            $"'{MinTokens.Name}' is {NumberText.Of(least)}, but '{MaxTokens.Name}' only "
                                + $"{NumberText.Of(most)}; make one fit the other"
                        ),
                    ]
                : sampling.Get(Temperature) > 0 ? []
                : Choosing
                    .Where(key => ChoosesByLot(key) && sampling.Value(key) is not null)
                    .Select(static key =>
                        Problem.NoEffect(
                            key.Name,
                            $"{Name}.{key.Name}",
                            $"with '{Temperature.Name}: 0' the likeliest token is always taken"
                        )
                    ),
        };
    }

    // The penalties change which token is the likeliest.
    private static bool ChoosesByLot(Parameter key) =>
        key is NumberParameter or IntegerParameter
        && key != Temperature
        && key != RepetitionPenalty
        && key != PresencePenalty
        && key != FrequencyPenalty
        && key != MinTokens
        && key != MaxTokens;

    private static NumberParameter Share(string name, string summary) =>
        new(name, summary) { Range = new Language.Range(0, 1, ExcludesMinimum: true), Absent = "all" };

    /// <summary>What tells how a model may be computed while it writes.</summary>
    public static IEnumerable<SurfaceMember> Members(ModelGraph model) =>
        DecodingSteps.Of(model).IsPossible ? [new FlagMember("can-step", true)] : Array.Empty<SurfaceMember>();

    /// <summary>The values of a spec.</summary>
    /// <param name="sampling">The family's key.</param>
    /// <param name="arguments">The spec's.</param>
    public static OptionGroup Options(GroupParameter sampling, Arguments arguments) =>
        new("How the spec says to sample from it.", sampling, arguments.Get(sampling));
}
