using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Tests.Recipes;

namespace ModelGen.Compiler.Tests.Language;

/// <summary>
/// Nothing in a spec is ignored: whatever is done to any key of any spec is reported where it was done, or has an effect.
/// </summary>
public sealed partial class MutationTests
{
    public static TheoryData<string> Specs => [.. Repository.Specs, .. EveryWord.Specs.Select(pair => pair.Name), .. EveryRecipe.Names];

    [Theory]
    [MemberData(nameof(Specs))]
    public void MisspeltKeyIsReported(string name) => ForEachKey(name, (spec, key, names) =>
        {
            var right = key.Name;
            key.Name = right + "x";
            var problem =
                IsPattern(spec, key) ? Mentions(Compile(spec), $"'{right}x' covers no weight")
                : IsText(spec, key) ? (Compile(spec).Count == 0 ? null : "may be any text")
                : IsOwnName(spec, key) ? Mentions(Compile(spec), right, right + "x")
                : Compile(spec)
                    .Any(d =>
                        d.Span.Line == key.Lines.First
                        && d.Rule.Id is "MG2001" or "MG2002"
                        && d.Message.Contains($"'{right}x'", StringComparison.Ordinal)
                    )
                    ? null
                : "is not reported on its line";
            key.Name = right;
            return problem;
        });

    [Theory]
    [MemberData(nameof(Specs))]
    public void ValueOfAWrongTypeIsReported(string name) => ForEachKey(name, (spec, key, _) =>
        {
            var right = key.Value;
            key.Value = new SpecText.Word("[[wrong]]");
            var problem = On(Compile(spec), key);
            key.Value = new SpecText.Word("{ wrong: type }");
            problem ??= On(Compile(spec), key);
            key.Value = right;
            return problem;
        });

    [Theory]
    [MemberData(nameof(Specs))]
    public void ValueOutOfRangeIsReported(string name) => ForEachKey(name, (spec, key, parameters) =>
        {
            var right = key.Value;
            var number = (parameters.GetValueOrDefault(key) as NumberParameter)?.Range ?? RangeOfTexts(spec, key, parameters);
            string? problem = null;
            if (
                right is SpecText.Word { Text: not "" }
                && !IsOwnName(spec, key)
                && key.Name is not ("model" or "summary" or "family" or "as" or "from")
            )
            {
                var before = Code(spec);
                foreach (
                    var value in new[]
                    {
                        "-987654321",
                        "1e30",
                        parameters.GetValueOrDefault(key) switch
                        {
                            DurationParameter => "1e30 steps",
                            TimeParameter => "1e30 hours",
                            MemoryParameter => "1e30 GB",
                            _ => "-1e30",
                        },
                    }
                )
                {
                    key.Value = new SpecText.Word(value);
                    var isAllowed =
                        parameters.GetValueOrDefault(key) is TextParameter
                        || number?.Contains(
                            double.Parse(value.Replace(" steps", "", StringComparison.Ordinal), CultureInfo.InvariantCulture)
                        ) == true;
                    problem ??=
                        isAllowed && Code(spec) is { } code
                            ? (code != before ? null : $"is {value} without an effect")
                            : On(Compile(spec), key, Parent(spec, key));
                }
            }

            key.Value = right;
            return problem;
        });

    [Theory]
    [MemberData(nameof(Specs))]
    public void ExtraKeyIsReported(string name)
    {
        var spec = Spec(name);
        foreach (var group in spec.All().OfType<SpecText.Group>().Where(group => !AreTexts(spec, group)).ToList())
        {
            var extra = new SpecText.Key("surplus", new SpecText.Word("1"));
            group.Keys.Add(extra);
            var problem = On(Compile(spec), extra);
            group.Keys.Remove(extra);
            Assert.True(problem is null, $"an extra key after {group.Keys[^1]} {problem}");
        }
    }

    [Theory]
    [MemberData(nameof(Specs))]
    public void DeletedKeyIsReportedOrHasAnEffect(string name) => ForEachKey(name, (spec, key, parameters) =>
        {
            var group = spec.All().OfType<SpecText.Group>().Single(candidate => candidate.Keys.Contains(key));
            var at = group.Keys.IndexOf(key);
            var before = Code(spec);
            group.Keys.RemoveAt(at);
            var diagnostics = Compile(spec);
            var after = Code(spec);
            var lines = group.Lines;
            group.Keys.Insert(at, key);
            if (after is null)
            {
                // A key's parent ends on the line before the group when that is empty now.
                return
                    diagnostics.Any(d =>
                        d.Span.Line >= lines.First - 1 && d.Span.Line <= lines.Last + 1
                        || d.Message.Contains($"'{key.Name}'", StringComparison.Ordinal)
                    ) || Mentions(diagnostics, key.Name, (key.Value as SpecText.Word)?.Text ?? key.Name) is null
                    ? null
                    : "can go without a word about it";
            }

            if (after != before)
            {
                return null;
            }

            // Then it said no more than the default does, or a recipe no more than its model.
            return parameters.GetValueOrDefault(key) is { DefaultValue: not null } or { Recipe: RecipeUse.Fixed }
                ? null
                : "can go without an effect";
        });

    private static void ForEachKey(string name, Func<Subject, SpecText.Key, Dictionary<SpecText.Key, Parameter>, string?> problem)
    {
        var spec = Spec(name);
        var parameters = spec.IsRecipe ? EveryRecipe.Parameters(spec.Root) : WrittenParameters.Find(spec.Root);
        Assert.Empty(Compile(spec));
        var problems = spec.All()
            .OfType<SpecText.Key>()
            .ToList()
            .Select(key => (key, Problem: problem(spec, key, parameters)))
            .Where(pair => pair.Problem is not null)
            .Select(pair => $"{pair.key} {pair.Problem}")
            .ToList();
        Assert.True(problems.Count == 0, string.Join('\n', problems));
    }

    private static Subject Spec(string name) =>
        EveryRecipe.Names.Contains(name)
            ? new Subject(SpecText.Parse(EveryRecipe.Text(name)), IsRecipe: true)
            : new Subject(
                SpecText.Parse(
                    Repository.Specs.Contains(name) ? Repository.Read(name) : EveryWord.Specs.Single(pair => pair.Name == name).Spec
                ),
                IsRecipe: false
            );

    private static List<Diagnostic> Compile(Subject spec) =>
        [
            .. spec.IsRecipe
                ? RecipeCompiler.Compile(spec.Write(), EveryRecipe.Models, null).Diagnostics
                : SpecCompiler.Compile(spec.Write(), "example.model.yaml", null).Diagnostics,
        ];

    // Without positions, which do not count as an effect.
    private static string? Code(Subject spec)
    {
        if (spec.IsRecipe)
        {
            return RecipeCompiler.Compile(spec.Write(), EveryRecipe.Models, null).Code;
        }

        var parsed = SpecCompiler.Parse(spec.Write());
        return parsed.Diagnostics.Count == 0 ? SpecCompiler.Generate(parsed.Spec!, null).Code?.ToString() : null;
    }

    private static SpecText.Key? Parent(Subject spec, SpecText.Key key) =>
        spec.All().OfType<SpecText.Key>().FirstOrDefault(parent => parent.Value is SpecText.Group group && group.Keys.Contains(key));

    // A use of a block is named by the line of the block's name.
    private static string? On(List<Diagnostic> diagnostics, SpecText.Key key, SpecText.Key? use = null) =>
        diagnostics.Any(d =>
            Lines(d).Any(line => (line >= key.Lines.First && line <= key.Lines.Last) || (d.Note.Length > 0 && line == use?.Lines.First))
        )
            ? null
            : $"is not reported on its line but as: {Text(diagnostics)}";

    // The line it is on, and the lines that use the block it is in.
    private static IEnumerable<int> Lines(Diagnostic diagnostic) =>
        UsedOnLine()
            .Matches(diagnostic.Note)
            .Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))
            .Prepend(diagnostic.Span.Line);

    // A name of the file's own is told where it is missing, together with what is near it.
    private static string? Mentions(List<Diagnostic> diagnostics, params string[] names) =>
        diagnostics.Any(d => names.Any(name => d.Message.Contains(name, StringComparison.Ordinal)))
            ? null
            : $"is not named but: {Text(diagnostics)}";

    private static string Text(List<Diagnostic> diagnostics) =>
        diagnostics.Count == 0 ? "nothing" : string.Join("; ", diagnostics.Select(d => d.Format("")));

    // These keys are texts, which may be any.
    private static bool AreTexts(Subject spec, SpecText.Group group) =>
        spec.All().OfType<SpecText.Key>().Any(key => key.Value == group && key.Name == "logit-bias");

    // The key of a group that another is in.
    private static SpecText.Key? Above(Subject spec, SpecText.Key key) =>
        spec.All().OfType<SpecText.Key>().FirstOrDefault(above => above.Value is SpecText.Group group && group.Keys.Contains(key));

    private static bool IsPattern(Subject spec, SpecText.Key key) => Above(spec, key)?.Name is "rates" or "unfreeze";

    // The range of a number that belongs to a text.
    private static ModelGen.Compiler.Language.Range? RangeOfTexts(
        Subject spec,
        SpecText.Key key,
        Dictionary<SpecText.Key, Parameter> parameters
    ) => Above(spec, key) is { } above && parameters.GetValueOrDefault(above)?.Form is TextNumbersForm numbers ? numbers.Range : null;

    private static bool IsText(Subject spec, SpecText.Key key) =>
        spec.All().OfType<SpecText.Group>().Any(group => group.Keys.Contains(key) && AreTexts(spec, group));

    // Constants and blocks.
    private static bool IsOwnName(Subject spec, SpecText.Key key) =>
        spec.Keys.Any(common =>
            common.Name is "let" or "blocks" or "inputs" or "states" && common.Value is SpecText.Group names && names.Keys.Contains(key)
        )
        || spec.Keys.Where(common => common.Name == "blocks")
            .SelectMany(common => ((SpecText.Group)common.Value).Keys)
            .SelectMany(block => ((SpecText.Group)block.Value).Keys.Where(part => part.Name == "parameters"))
            .Any(parameters => parameters.Value.All().Contains(key));

    [GeneratedRegex("used on line ([0-9]+)")]
    private static partial Regex UsedOnLine();

    // What is mutated: a model, or a recipe.
    private sealed record Subject(SpecText.Group Root, bool IsRecipe)
    {
        public List<SpecText.Key> Keys => Root.Keys;

        public IEnumerable<SpecText> All() => Root.All();

        public string Write() => Root.Write();
    }
}
