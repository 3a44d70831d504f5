namespace ModelGen.Cli.Runs;

/// <summary>Which of two values of a measure is better.</summary>
internal static class MeasureDirection
{
    private const string CodebookObjective = "VectorQuantisedObjective";

    // What comes before the name of a measure that is taken in several ways.
    private static readonly string[] Prefixes = ["train_", "validation_", "next_token_"];

    private static readonly string[] Lower = ["loss", "perplexity", "bits_per_byte", "calibration_error"];
    private static readonly string[] Higher = ["accuracy", "exact", "log_likelihood_bound"];

    // In the features of a network that is part of the evaluation.
    private static readonly string[] LowerInFeatures =
    [
        "frechet_distance",
        "kernel_distance",
        "class_total_variation",
        "class_kullback_leibler",
    ];

    private static readonly string[] HigherInFeatures = ["precision", "recall", "density", "coverage", "label_agreement"];

    /// <summary>Whether a lower value is better; null where it is not known, such as for the losses of two networks that compete.</summary>
    /// <param name="name">The measure.</param>
    /// <param name="objective">What the model was trained by.</param>
    public static bool? IsLowerBetter(string name, string? objective)
    {
        var kind = Prefixes.FirstOrDefault(prefix => name.StartsWith(prefix, StringComparison.Ordinal)) is { } prefix
            ? name[prefix.Length..]
            : name;

        // That of a codebook says how many codes are in use.
        return kind == "perplexity" && objective == CodebookObjective ? null
            : Lower.Contains(kind) || LowerInFeatures.Contains(name) ? true
            : Higher.Contains(kind) || HigherInFeatures.Contains(name) ? false
            : null;
    }

    /// <summary>Whether a measure is taken in the features of a network, whatever the model was trained by.</summary>
    public static bool IsInFeatures(string name) => LowerInFeatures.Contains(name) || HigherInFeatures.Contains(name);
}
