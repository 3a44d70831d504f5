using System.Globalization;
using System.Text;

namespace ModelGen.Compiler.CSharp;

/// <summary>How words of a spec become names in C# and in state dictionaries, and which cannot.</summary>
internal static class Names
{
    /// <summary>Members that a generated class has or inherits under names that a layer could have too.</summary>
    public static readonly IReadOnlyCollection<string> ReservedMembers =
    [
        "Layers", "Vocabulary", "Context", "Training", "Sampling", "VocabularySize", "ContextLength", "Fingerprint", "Precision", "LayerPlaces", "BatchSplit", "MultiplyAdds", "ActivationBytes",
        "CreateTokenizer", "CreateObjective", "CheckTokens", "CheckInput", "InputShape", "OutputShape", "InputType",
        "Dispose", "Equals", "Finalize", "GetHashCode", "GetName", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString",
        "RegisterComponents", "ClearModules", "MoveModule", "HookableModule", "BoxedModule", "ConditionallyRegisterBuffer", "ConditionallyRegisterParameter",
        "Create", "GetDefaultDeviceAndType", "HookRemover", "HType", "ReplaceBuffer", "ReplaceParameter",
    ];

    /// <summary>Members that the classes of models with several roles have or inherit besides; no layer becomes a member of such a class.</summary>
    public static readonly IReadOnlyCollection<string> RoleMembers =
    [
        "Encoder", "Decoder", "Mean", "LogVariance", "Likelihood", "Latent", "LatentSize", "Classes", "ClassCount", "ImageShape",
        "Quantiser", "Codes", "CodeCount", "GridShape", "FitPrior", "CheckCodes",
        "Generator", "Discriminator", "GeneratorLabels", "DiscriminatorLabels", "Projection", "Head", "Generate", "Score",
        "Encode", "Decode", "DecodeParameters", "Reconstruct", "Sample", "Interpolate", "Traverse", "LogLikelihoodBound", "Device", "CheckImages", "CheckLabels", "CheckLatents",
    ];

    private static readonly HashSet<string> Keywords = new(
        ("abstract as base bool break byte case catch char checked class const continue decimal default delegate do double else enum event explicit " +
         "extern false finally fixed float for foreach goto if implicit in int interface internal is lock long namespace new null object operator out " +
         "override params private protected public readonly ref return sbyte sealed short sizeof stackalloc static string struct switch this throw true " +
         "try typeof uint ulong unchecked unsafe ushort using virtual void volatile while").Split(' '),
        StringComparer.Ordinal);

    // Namespaces that generated code starts names from; a class of such a name in the global namespace would hide them.
    private static readonly string[] Namespaces = ["ModelGen", "System", "TorchSharp"];

    // Names that generated methods use themselves.
    private static readonly HashSet<string> Locals = new(["input", "tokens", "scope", "device", "torch", "nn", "functional", "modules", "training", "forward", "call"], StringComparer.Ordinal);

    /// <summary>layer-norm2 -> LayerNorm2.</summary>
    public static string Pascal(string word) => string.Concat(word.Split('-', '_').Where(part => part.Length > 0).Select(part => char.ToUpperInvariant(part[0]) + part.Substring(1)));

    /// <summary>layer-norm2 -> layer_norm2, as PyTorch names state.</summary>
    public static string Snake(string word) => word.Replace('-', '_');

    /// <summary>skip-1 -> skip1, with an underscore where C# or generated code means something else by it.</summary>
    public static string Local(string word)
    {
        var name = Pascal(word);
        name = char.ToLowerInvariant(name[0]) + name.Substring(1);
        var isTaken = Keywords.Contains(name) || Locals.Contains(name) || (name[0] == 'x' && name.Skip(1).All(char.IsDigit));
        return isTaken ? name + "_" : name;
    }

    /// <summary>Why a text cannot name a constant, a block or a result; null where it can.</summary>
    public static string? WordProblem(string text)
    {
        if (text.Length is 0 or > 64)
        {
            return "a name has 1 to 64 characters";
        }

        var isWord = text[0] is >= 'a' and <= 'z' && text.All(c => c is (>= 'a' and <= 'z') or (>= '0' and <= '9') or '-') && !text.EndsWith("-", StringComparison.Ordinal) && !text.Contains("--");
        return isWord ? null : "a name is lower-case letters, digits and single hyphens, and starts with a letter";
    }

    /// <summary>Why a text cannot name a model; null where it can.</summary>
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

        if (text.FirstOrDefault(c => !char.IsLetterOrDigit(c) && c != '_') is not '\0' and var other)
        {
            return $"it becomes a C# class, so '{other}' cannot be part of it";
        }

        if (Namespaces.Contains(text))
        {
            return "it becomes a C# class, which would hide the namespace of that name";
        }

        return ReservedMembers.Contains(text) || RoleMembers.Contains(text) ? "generated classes have a member of that name" : null;
    }

    /// <summary>A project's root namespace, which the .NET SDK takes from the project's file name, as C# accepts it: my-app.2d -> my_app._2d.</summary>
    public static string Namespace(string name) => string.Join(".", name.Split('.').Select(part =>
    {
        var word = string.Concat(part.Select(c => char.IsLetterOrDigit(c) || c == '_' ? c : '_'));
        return word.Length == 0 || char.IsDigit(word[0]) ? "_" + word : Keywords.Contains(word) ? "@" + word : word;
    }));

    /// <summary>Text as it may stand in an XML comment.</summary>
    public static string Xml(string text)
    {
        var escaped = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            var isPair = char.IsSurrogatePair(text, i) || (i > 0 && char.IsSurrogatePair(text, i - 1));
            escaped.Append(c switch
            {
                '&' => "&amp;",
                '<' => "&lt;",
                '>' => "&gt;",
                _ when isPair => c.ToString(),
                '\uFFFE' or '\uFFFF' => " ",
                _ when char.IsControl(c) || char.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate => " ",
                _ => c.ToString(),
            });
        }

        return escaped.ToString();
    }
}
