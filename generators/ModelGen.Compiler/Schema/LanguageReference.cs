using System.Text;
using ModelGen.Compiler.Attributes;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Schema;

/// <summary>The catalogue and the rules as pages of documentation.</summary>
internal static class LanguageReference
{
    // Stands for the list of chapters until all are written.
    private const string Contents = "{contents}";

    /// <summary>The page of every word.</summary>
    public static string Layers()
    {
        var page = new StringBuilder();
        page.Append($"# The words of a spec\n\nGenerated from the catalogue; a test keeps it current.\n\n{Contents}\n");
        page.Append("\n## Keys of every model\n\n| key | takes | meaning |\n|---|---|---|\n");
        foreach (var key in CommonKey.All)
        {
            page.Append($"| `{key.Name}`{(key.IsRequired ? " (required)" : "")} | {Cell(key.Type)} | {Cell(key.Summary)} |\n");
        }

        page.Append(
            "\n## Keys of every recipe\n\nA recipe, `NAME.run.yaml`, trains a model in another way than its own spec says.\n\n"
                + "| key | takes | meaning |\n|---|---|---|\n"
        );
        foreach (var key in RecipeKey.All)
        {
            page.Append($"| `{key.Name}`{(key.IsRequired ? " (required)" : "")} | {Cell(key.Type)} | {Cell(key.Summary)} |\n");
        }

        foreach (
            var keys in Catalogue
                .Of<Family>()
                .SelectMany(static family => family.RecipeParameters.Select(parameter => (family, parameter)))
                .GroupBy(static pair => pair.parameter.Name)
        )
        {
            var use = keys.First().parameter.Recipe;
            var meaning = keys.GroupBy(static pair => pair.parameter.Summary).OrderByDescending(static same => same.Count()).First().Key;
            var takes =
                use == RecipeUse.Own
                    ? string.Join(
                        "; ",
                        keys.GroupBy(static pair => Takes(pair.parameter)).Select(static same => $"for {Families(same)} {same.Key}")
                    )
                    : $"the same as in models of the family: {Families(keys)}";
            var absent =
                use == RecipeUse.Required
                    ? ""
                    : $"; default: {(use == RecipeUse.Own ? keys.First().parameter.DefaultText : "the model's own")}";
            page.Append($"| `{keys.Key}`{(use == RecipeUse.Required ? " (required)" : "")} | {takes} | {Cell(meaning)}{absent} |\n");
        }

        var fixedKeys = string.Join(
            ", ",
            Catalogue
                .Of<Definition>()
                .SelectMany(static word => word.Parameters)
                .Where(static parameter => parameter.Recipe == RecipeUse.Fixed)
                .Select(static parameter => $"`{parameter.Name}`")
                .Distinct()
        );
        page.Append(
            $"\nA recipe cannot change what is built into its model: {fixedKeys}. As attributes, a recipe is a partial class with "
                + "`[Recipe(typeof(Model))]`, `[Training]`, the attribute of an optimizer and, optionally, those of a schedule, an "
                + $"objective and a data source.\n"
        );
        page.Append("\n## Values\n\n");
        page.Append(
            "* A **number** may be arithmetic with `+ - * / ( )` and `sqrt(x)`, over literals such as `4` or `1e-3` and names "
                + "such as `$width`, which are constants under `let` or parameters of the block.\n"
        );
        page.Append(
            "* A **length of training** is a number and a unit: `2000 steps`, `3 epochs`, `50k tokens` (of text) or `20k images` "
                + "or `20k samples`; `k` is a thousand, `M` a million.\n"
        );
        page.Append(
            "* A **word** is written alone (`relu`), with its main argument (`linear: 256`) or with arguments in braces (`conv: { "
                + "channels: 8, kernel: 3 }`).\n"
        );
        page.Append(
            "* A **block** is used like a word: `mlp: 128` for its only parameter without a default, `mlp: { width: 128, growth: "
                + "2 }` for several.\n"
        );
        page.Append(
            "* As **attributes** on a partial class, words and groups (`[Training]`, `[Sampling]`) have the names given below; "
                + "the arguments in parentheses may be positional, all others are named in Pascal case (`learning-rate` is "
                + "`LearningRate`). Lengths of training and words as arguments are text: `\"2000 steps\"`, `\"normal: 0.02\"`. A list "
                + "of layers is a property: `nameof(Block)`.\n"
        );
        var anchors = new UniqueAnchors();
        Chapter<Family>(page, "Families", "The kind of model; each adds its own keys.", anchors.Take);
        Chapter<DataKind>(page, "Data", "What a model is trained on.", anchors.Take);
        Chapter<Tokenizer>(page, "Tokenizers", "How a text becomes tokens.", anchors.Take);
        Chapter<DataSource>(
            page,
            "Data sources",
            "Where the training data of a recipe are. Paths are relative to the folder that the program runs in.",
            anchors.Take
        );
        Chapter<StartPoint>(
            page,
            "Starts",
            "Where the weights are that a recipe's training starts from. Paths are relative to the folder that the program runs in.",
            anchors.Take
        );
        Chapter<Adapter>(
            page,
            "Adapters",
            "What a recipe trains in place of the weights W of linear layers: the weights stay as they are, and with them everything else.",
            anchors.Take
        );
        Chapter<Layer>(
            page,
            "Layers",
            "Entries of a layer list. Shapes exclude the batch. Beside its word each layer takes `as: NAME`, which names its "
                + "result, and `from: NAME`, which takes a named result instead of the previous layer's (`input` is the list's input; "
                + "add and concat take `from: [A, B]`).",
            anchors.Take
        );
        Chapter<Initialiser>(page, "Initialisers", "How a weight is initialised.", anchors.Take);
        Chapter<Objective>(page, "Objectives", "What training minimises.", anchors.Take);
        Chapter<Reward>(page, "Rewards", "How good an answer is.", anchors.Take);
        Chapter<Likelihood>(page, "Likelihoods", "How likely a sample is, given a decoder's output.", anchors.Take);
        Chapter<ClassConditioning>(page, "Class conditioning", "How a network is given a class label.", anchors.Take);
        Chapter<PositionEncoding>(page, "Position encodings", "How attention knows where its queries and keys stand.", anchors.Take);
        Chapter<WeightLayout>(
            page,
            "Layouts",
            "How files of weights name and arrange them. A model that computes something else than the layout's architecture is refused.",
            anchors.Take
        );
        Chapter<Optimizer>(page, "Optimizers", "How a step updates the weights.", anchors.Take);
        Chapter<Schedule>(page, "Schedules", "How the learning rate changes during training.", anchors.Take);
        var chapters = page.ToString()
            .Split('\n')
            .Where(static line => line.StartsWith("## ", StringComparison.Ordinal))
            .Select(static line => line.Substring("## ".Length));
        return page.Replace(
                Contents,
                string.Join(" · ", chapters.Select(static title => $"[{title}](#{title.ToLowerInvariant().Replace(' ', '-')})"))
            )
            .ToString();
    }

    /// <summary>The page that lists the rules.</summary>
    public static string Diagnostics()
    {
        var page = new StringBuilder();
        page.Append(
            "# Diagnostics\n\nGenerated from the compiler's list; a test keeps it current. Those that begin with MG4 are warnings, "
                + "which `allow: [MG4001]` in a spec or `#pragma warning disable MG4001` around a class silences. All others are errors: "
                + "no class is generated from a spec with one.\n\n"
        );
        page.Append("| rule | mistake |\n|---|---|\n");
        foreach (var rule in Rules.All)
        {
            page.Append($"| [{rule.Id}]({rule.Id}.md) | {Cell(rule.Title)} |\n");
        }

        return page.ToString();
    }

    /// <summary>The help page of a rule.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="example">What breaks it, the diagnostic that this causes, and the same with the mistake fixed.</param>
    public static string HelpPage(Rule rule, string example) =>
        $"# {rule.Id}: {rule.Title}\n\n{rule.Cause}\n\n## Example\n\n{example.TrimEnd('\n')}\n\n## What to do\n\n{rule.Fix}\n\n"
        + "[All diagnostics](README.md), [the words of a spec](../layers.md)\n";

    private static void Chapter<T>(StringBuilder page, string title, string summary, Func<T, string> anchor)
        where T : Definition
    {
        page.Append($"\n## {title}\n\n{summary}\n");
        var words = Catalogue.Of<T>();
        if (words.Count > 1)
        {
            page.Append($"\n{string.Join(" · ", words.Select(word => $"[{word.Word}](#{anchor(word)})"))}\n");
        }

        foreach (var word in words)
        {
            page.Append($"\n### {word.Word}\n\n{Sentence(word.Summary)}\n");
            if (word is Layer layer)
            {
                page.Append($"\nShape: {layer.ShapeRule}\n");
            }

            foreach (var example in word.MoreExamples.Prepend(word.Example))
            {
                page.Append($"\n```yaml\n{(word is Layer ? "- " : "")}{example.Replace("\r", "")}\n```\n");
            }

            var attribute = AttributeCatalogue.Find(word);
            var positional = string.Join(", ", attribute.Positional.Select(static argument => argument.Key));
            page.Append($"\nAs an attribute: `[{attribute.Name}{(positional.Length > 0 ? $"({positional})" : "")}]`\n");
            if (word.Parameters.Count > 0)
            {
                page.Append("\n| argument | takes | default | meaning |\n|---|---|---|---|\n");
                Rows(page, "", word.Parameters);
            }
        }
    }

    private static void Rows(StringBuilder page, string prefix, IReadOnlyList<Parameter> parameters)
    {
        foreach (var parameter in parameters)
        {
            var note = parameter.IsMain
                ? prefix.Length > 0
                    ? " (may stand for the group)"
                    : " (may follow the word)"
                : parameter.IsBeside
                    ? " (beside the word)"
                    : "";
            page.Append(
                $"| `{prefix}{parameter.Name}`{note} | {Takes(parameter)} | "
                    + $"{(parameter.IsRequired ? "required" : Cell(parameter.DefaultText))} | {Cell(parameter.Summary)} |\n"
            );
            if (parameter is GroupParameter group)
            {
                Rows(page, $"{prefix}{parameter.Name}.", group.Parameters);
            }
        }
    }

    private static string Takes(Parameter parameter) =>
        parameter.Form switch
        {
            WordForm<Initialiser> => "an [initialiser](#initialisers)",
            WordForm<DataKind> data => $"[data](#data): {Either(data.Words)}",
            WordForm<Tokenizer> tokenizer => $"a [tokenizer](#tokenizers): {Either(tokenizer.Words)}",
            WordForm<DataSource> source => $"a [data source](#data-sources): {Either(source.Words)}",
            WordForm<StartPoint> start => $"a [start](#starts): {Either(start.Words)}",
            WordForm<Adapter> adapter => $"an [adapter](#adapters): {Either(adapter.Words)}",
            WordForm form when form.Words.FirstOrDefault() is Objective => $"an [objective](#objectives): {Either(form.Words)}",
            WordForm<Reward> reward => $"a [reward](#rewards): {Either(reward.Words)}",
            WordForm<ClassConditioning> code => $"a [class conditioning](#class-conditioning): {Either(code.Words)}",
            WordForm<WeightLayout> layout => $"a [layout](#layouts): {Either(layout.Words)}",
            WordForm<PositionEncoding> code => $"a [position encoding](#position-encodings): {Either(code.Words)}",
            WordForm<Likelihood> => "a [likelihood](#likelihoods)",
            WordForm<Optimizer> => "an [optimizer](#optimizers)",
            WordForm<Schedule> => "a [schedule](#schedules)",
            WordForm<Layer> layer => $"a [layer](#layers): {Either(layer.Words)}",
            LayersForm => "a list of [layers](#layers)",
            _ => Cell(parameter.Type),
        };

    private static string Families(IEnumerable<(Family Family, Parameter)> keys) =>
        string.Join(", ", keys.Select(static key => $"[{key.Family.Word}](#{key.Family.Word})"));

    private static string Either(IReadOnlyList<Definition> words) => string.Join(", ", words.Select(static word => $"`{word.Word}`"));

    private static string Cell(string text) => text.Replace("|", "\\|");

    // A formula keeps the case of its first letter.
    private static string Sentence(string text) =>
        (text.StartsWith("x ", StringComparison.Ordinal) ? text : char.ToUpperInvariant(text[0]) + text.Substring(1)) + ".";

    // Where pages are rendered, a repeated heading gets a number.
    private sealed class UniqueAnchors
    {
        private readonly Dictionary<string, int> _seen = new(StringComparer.Ordinal);

        public string Take(Definition word)
        {
            _seen.TryGetValue(word.Word, out var before);
            _seen[word.Word] = before + 1;
            return before == 0 ? word.Word : FormattableString.Invariant($"{word.Word}-{before}");
        }
    }
}
