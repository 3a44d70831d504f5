using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Language;

/// <summary>Which texts can name something in a spec, and why others cannot.</summary>
internal static class WordRules
{
    /// <summary>The most characters of the name of a constant, a block or a result.</summary>
    public const int LongestWord = 64;

    /// <summary>What such a name consists of.</summary>
    public const string WordForm = "a name consists of lower-case letters, digits and single hyphens, and starts with a letter";

    private const string MemberOfThatName = "generated classes have a member of that name";

    /// <summary>Members that a generated class has or inherits, whose names a layer could also have.</summary>
    public static readonly IReadOnlyCollection<string> ReservedMembers =
    [
        "Layers",
        "Vocabulary",
        "Context",
        "Training",
        "Sampling",
        "VocabularySize",
        "ContextLength",
        "IsCausal",
        "Step",
        "CanStep",
        "MaskToken",
        "PaddingToken",
        "EndToken",
        "AnswerToken",
        "PaddingId",
        "EndId",
        "Fingerprint",
        "Precision",
        "Weights",
        "SourceMap",
        "BatchSplit",
        "MultiplyAdds",
        "ActivationBytes",
        "CreateTokenizer",
        "Tokenizer",
        "CreateObjective",
        "CheckTokens",
        "CheckInput",
        "CheckSideInput",
        "Device",
        "InputShape",
        "InputRange",
        "OutputShape",
        "InputType",
        "Dispose",
        "Equals",
        "Finalize",
        "GetHashCode",
        "GetName",
        "GetType",
        "MemberwiseClone",
        "ReferenceEquals",
        "ToString",
        "RegisterComponents",
        "ClearModules",
        "BoxedModule",
        "ConditionallyRegisterBuffer",
        "ConditionallyRegisterParameter",
        "Create",
        "GetDefaultDeviceAndType",
        "HookRemover",
        "HType",
        "ReplaceBuffer",
        "ReplaceParameter",
    ];

    /// <summary>
    /// Further members that the classes of models with several roles have or inherit; no layer becomes a member of such a class.
    /// </summary>
    public static readonly IReadOnlyCollection<string> RoleMembers =
    [
        "Encoder",
        "Decoder",
        "Mean",
        "LogVariance",
        "Likelihood",
        "Latent",
        "LatentSize",
        "Classes",
        "ClassCount",
        "SampleShape",
        "SampleBlocks",
        "SampleRange",
        "Quantiser",
        "Codes",
        "CodeCount",
        "GridShape",
        "FitPrior",
        "CheckCodes",
        "Generator",
        "Discriminator",
        "GeneratorLabels",
        "DiscriminatorLabels",
        "Projection",
        "Head",
        "Generate",
        "Score",
        "Encode",
        "Decode",
        "DecodeParameters",
        "Reconstruct",
        "Sample",
        "Interpolate",
        "Traverse",
        "LogLikelihoodBound",
        "CheckSamples",
        "CheckLabels",
        "CheckLatents",
    ];

    /// <summary>Further members of the class of a recipe.</summary>
    public static readonly IReadOnlyCollection<string> RecipeMembers = ["Data", "ReadData", "Run", "FineTuning"];

    /// <summary>
    /// Namespaces that qualify names in generated code; a type of the same name in the global namespace hides them.
    /// </summary>
    public static readonly IReadOnlyCollection<string> Namespaces = ["ModelGen", "System", "TorchSharp"];

    /// <summary>layer-norm2 -> layer_norm2, as PyTorch names state.</summary>
    public static string StateName(string word) => word.Replace('-', '_');

    /// <summary>Why a text cannot name a constant, a block or a result; null if it can.</summary>
    public static string? WordProblem(string text)
    {
        if (text.Length is 0 or > LongestWord)
        {
            return FormattableString.Invariant($"a name has 1 to {LongestWord} characters");
        }

        var isWord =
            text[0] is >= 'a' and <= 'z'
            && text.All(static c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-')
            && !text.EndsWith("-", StringComparison.Ordinal)
            && !text.Contains("--");
        return isWord ? null : WordForm;
    }

    /// <summary>Why a text cannot name a recipe; null if it can.</summary>
    public static string? RecipeProblem(string text) => RecipeMembers.Contains(text) ? MemberOfThatName : ClassProblem(text);

    /// <summary>Why a text cannot name a model; null if it can.</summary>
    public static string? ClassProblem(string text)
    {
        if (text.Length is 0 or > 128)
        {
            return "a model's name has 1 to 128 characters";
        }

        if (!char.IsUpper(text[0]))
        {
            return "it becomes a C# class, so it must start with an upper-case letter";
        }

        foreach (var other in text.Where(static c => !char.IsLetterOrDigit(c) && c != '_'))
        {
            return $"it becomes a C# class, so '{Excerpt.Of(other.ToString())}' cannot be part of it";
        }

        if (Namespaces.Contains(text))
        {
            return "it becomes a C# class, which would hide the namespace of that name";
        }

        return ReservedMembers.Contains(text) || RoleMembers.Contains(text) ? MemberOfThatName : null;
    }
}
