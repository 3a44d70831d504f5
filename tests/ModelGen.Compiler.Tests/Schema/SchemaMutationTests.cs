using System.Globalization;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Spec;
using ModelGen.Compiler.Tests.Language;
using ModelGen.Compiler.Tests.Recipes;
using ModelGen.Compiler.Words;

namespace ModelGen.Compiler.Tests.Schema;

/// <summary>
/// Every mistake that one place of a file shows is red in an editor: a key that does not exist, a value of another kind, a number written
/// out that is outside its range, a word that does not exist, a key that is missing. A schema cannot see what another place decides (the
/// value of an expression, whether a name is defined, shapes, keys that contradict each other), nor quotes, nor how large the number in an
/// amount such as <c>1e30 steps</c> is: an amount is a text. What the compiler accepts in spite of a mutation must not be red.
/// </summary>
public sealed class SchemaMutationTests
{
    private const string Surplus = "surplus";

    // A model of each word, each further example of words that take a network, and a recipe of each word.
    private static readonly IReadOnlyList<(string Text, bool IsRecipe)> Files =
    [
        .. EveryWord.Specs.Select(static each => (each.Spec, false)),
        .. EveryWord.MoreSpecs.Select(static each => (each.Spec, false)),
        .. EveryRecipe.Names.Select(static name => (EveryRecipe.Text(name), true)),
    ];

    private static readonly ILookup<(string Text, bool IsRecipe), int> First = FirstKeys();

    [Fact]
    public void TheMutatedFilesHaveEveryKeyOfEveryWord()
    {
        var written = Files.Select(Subject).SelectMany(static each => each.Parameters.Values).ToHashSet();
        var missing = Catalogue
            .Of<Definition>()
            .SelectMany(static word => Keys(word.Parameters).Select(key => (Word: word, Key: key)))
            .Where(pair => !written.Contains(pair.Key))
            .Select(static pair => $"{pair.Word.Kind} {pair.Word.Word}: {pair.Key.Name}");
        Assert.Empty(missing);
    }

    // Names under let and blocks, of side inputs and of texts are the file's own.
    [Fact]
    public void AMisspeltKeyIsRed() =>
        ForEachKey(
            static (file, key) =>
            {
                if (file.IsOwnName(key) || (file.HasBlocks && file.IsLayer(key)))
                {
                    return;
                }

                var right = key.Name;
                key.Name = right + "x";
                file.AssertRed($"{right}x");
                key.Name = right;
            }
        );

    [Fact]
    public void ASurplusKeyIsRed() =>
        ForEachFile(static file =>
        {
            foreach (var group in file.Root.All().OfType<SpecText.Group>().Where(group => !file.HasOwnNames(group)).ToList())
            {
                if (file.HasBlocks && file.IsLayer(group))
                {
                    continue;
                }

                group.Keys.Add(new SpecText.Key(Surplus, new SpecText.Word("1")));
                file.AssertRed($"a surplus key after {group.Keys[^2]}");
                group.Keys.RemoveAt(group.Keys.Count - 1);
            }
        });

    [Fact]
    public void AValueOfAnotherKindIsRed() =>
        ForEachKey(
            static (file, key) =>
            {
                foreach (var wrong in file.Parameters.TryGetValue(key, out var parameter) ? OfAnotherKind(parameter) : [])
                {
                    file.AssertMistake(key, wrong);
                }
            }
        );

    [Fact]
    public void ANumberOutsideItsRangeIsRed() =>
        ForEachKey(
            static (file, key) =>
            {
                foreach (var wrong in file.Parameters.TryGetValue(key, out var parameter) ? OutOfRange(parameter.Form) : [])
                {
                    file.AssertMistake(key, wrong);
                }
            }
        );

    [Fact]
    public void ANumberAtTheEndOfItsRangeIsNotRed() =>
        ForEachKey(
            static (file, key) =>
            {
                foreach (var end in file.Parameters.TryGetValue(key, out var parameter) ? Ends(parameter.Form) : [])
                {
                    file.AssertNotRedIfCompiled(key, end);
                }
            }
        );

    [Fact]
    public void AWordThatDoesNotExistIsRed() =>
        ForEachKey(
            static (file, key) =>
            {
                var words = file.Parameters.TryGetValue(key, out var parameter) ? parameter.AllowedWords : [];
                string[] wrong =
                    words.Count > 0 ? [Surplus, $"{{ {Surplus}: 1 }}", $"{{ {Surplus}: }}"]
                    : parameter is ChoiceParameter ? [Surplus]
                    : key.Name == "family" ? [Surplus]
                    : parameter is LayersParameter && !file.HasBlocks ? [$"[{Surplus}]", $"[{Surplus}: 3]", $"[{{ {Surplus}: , as: a }}]"]
                    : [];
                foreach (var word in wrong)
                {
                    file.AssertMistake(key, word);
                }
            }
        );

    /// <summary>Two optimizers, two layers in one entry.</summary>
    [Fact]
    public void TwoWordsForOneAreRed() =>
        ForEachKey(
            static (file, key) =>
            {
                if (!file.Parameters.TryGetValue(key, out var parameter) || key.Value is not SpecText.Group { Keys: [var word] } group)
                {
                    return;
                }

                foreach (var other in parameter.AllowedWords.Where(other => other.Word != word.Name))
                {
                    group.Keys.Add(
                        new SpecText.Key(
                            other.Word,
                            SpecText
                                .Parse($"{(other.Example.Contains(':', StringComparison.Ordinal) ? other.Example : other.Example + ":")}")
                                .Keys[0]
                                .Value
                        )
                    );
                    file.AssertRed($"{word.Name} and {other.Word}");
                    group.Keys.RemoveAt(1);
                }
            }
        );

    /// <summary>A key that may go for all that the compiler says may go for all that an editor says, too.</summary>
    [Fact]
    public void ARequiredKeyLeftOutIsRed() =>
        ForEachKey(
            static (file, key) =>
            {
                var group = file.Root.All().OfType<SpecText.Group>().Single(each => each.Keys.Contains(key));
                var at = group.Keys.IndexOf(key);
                group.Keys.RemoveAt(at);
                if (file.Requires(key))
                {
                    file.AssertRed($"no {key}");
                }
                else if (group.Keys.Count > 0 && file.Compiles())
                {
                    file.AssertNotRed($"no {key}");
                }

                group.Keys.Insert(at, key);
            }
        );

    // What a key of that form does not take, wherever it stands.
    private static IEnumerable<string> OfAnotherKind(Parameter parameter)
    {
        var form = parameter is GroupParameter { Form: GroupForm { Main: { } main } } ? main.Form : parameter.Form;
        yield return $"[[{Surplus}]]";
        if (form is not TextNumbersForm)
        {
            yield return $"{{ {Surplus}: {Surplus} }}";
        }

        // A text may be any, also one that an editor takes for a number.
        if (form is not (TextForm or TypeForm or ModelForm or WordForm or ChoiceForm))
        {
            yield return Surplus;
            yield return "many words";
        }

        if (form is not (FlagForm or TextForm or TypeForm or ModelForm))
        {
            yield return "true";
        }

        if (form is FlagForm or ChoiceForm or WordForm or LayersForm or AmountForm or NamesForm or NamedShapesForm)
        {
            yield return "3";
        }

        if (form is IntegerForm or SizesForm { AllowsOne: true })
        {
            yield return "2.5";
            yield return "4 4";
            yield return "4 + * 4";
        }

        if (form is TypeForm or ModelForm)
        {
            yield return "two words";
        }

        if (form is PairForm or NumbersForm { MinimumCount: > 1 })
        {
            yield return "[0.5]";
        }

        if (form is PairForm)
        {
            yield return "[0.5, 0.5, 0.5]";
        }

        if (form is LayersForm or SizesForm or ShapeForm or NamesForm or TextsForm or PairForm)
        {
            yield return "[]";
        }

        if (form is SizesForm or ShapeForm)
        {
            yield return "[1, 1, 1, 1, 1, 1, 1, 1, 1]";
        }

        if (form is NamesForm)
        {
            yield return "[Upper]";
            yield return "[input]";
            yield return "[a, a]";
        }

        if (form is NamedShapesForm)
        {
            yield return "{ a: [lower] }";
            yield return "{ A: [2] }";
        }

        if (form is AmountForm amount)
        {
            yield return "3 furlongs";
            yield return $"many {amount.Units[0].Name}";
            foreach (var unit in amount.Units.Where(static unit => unit.IsCounted))
            {
                yield return $"2.5 {unit.Name}";
            }
        }
    }

    private static IEnumerable<string> OutOfRange(ValueForm form) =>
        form switch
        {
            IntegerForm integer => Outside(integer.Range, step: 1),
            NumberForm number => Outside(number.Range, step: 1e-3),
            PairForm pair => Outside(pair.Range, step: 1e-3).SelectMany(static wrong => new[] { $"[{wrong}, 0.5]", $"[0.5, {wrong}]" }),
            SizesForm sizes => Outside(sizes.Range, step: 1)
                .SelectMany(wrong => sizes.AllowsOne ? new[] { wrong, $"[{wrong}]" } : [$"[{wrong}]"]),
            ShapeForm shape => Outside(shape.Axes.Range, step: 1).Select(static wrong => $"[{wrong}]"),
            NumbersForm { MaximumCount: var most } numbers => Outside(numbers.Range, step: 1e-3)
                .Select(wrong => $"[{string.Join(", ", Enumerable.Repeat(wrong, Math.Max(1, numbers.MinimumCount)))}]")
                .Append($"[{string.Join(", ", Enumerable.Repeat("0.5", most + 1))}]"),
            TextNumbersForm numbers => Outside(numbers.Range, step: 1e-3).Select(static wrong => $"{{ a: {wrong} }}"),
            TextDurationsForm => OutOfRange(TextDurationsForm.Element).Select(static wrong => $"{{ a: {wrong} }}"),
            AmountForm amount => amount.Units.SelectMany(unit =>
                amount.Range is { Minimum: 0, ExcludesMinimum: false }
                    ? new[] { $"-3 {unit.Name}" }
                    : [$"-3 {unit.Name}", $"0 {unit.Name}", $"0.0e3 {unit.Name}"]
            ),
            GroupForm { Main: { } main } => OutOfRange(main.Form),
            _ => [],
        };

    private static IEnumerable<string> Outside(ModelGen.Compiler.Language.Range range, double step)
    {
        yield return Text(range.ExcludesMinimum ? range.Minimum : Below(range.Minimum, step));
        yield return Text(range.ExcludesMaximum ? range.Maximum : -Below(-range.Maximum, step));
    }

    // The largest numbers have no neighbour at that distance.
    private static double Below(double number, double step) =>
        number - step == number || Math.Abs(number) > 1e9 ? number - Math.Abs(number) : number - step;

    private static IEnumerable<string> Ends(ValueForm form) =>
        form switch
        {
            IntegerForm { Range: var range } => [Text(range.Minimum), Text(range.Maximum)],
            NumberForm { Range: var range } =>
            [
                Text(range.ExcludesMinimum ? range.Minimum + 1e-6 : range.Minimum),
                Text(range.ExcludesMaximum ? range.Maximum - 1e-6 : range.Maximum),
            ],
            AmountForm amount => amount.Units.SelectMany(static unit =>
                new[] { $"1 {unit.Name}", $"7k {unit.Name}", $"2 * (3 + 1) {unit.Name}" }
            ),
            GroupForm { Main: { } main } => Ends(main.Form),
            _ => [],
        };

    private static string Text(double number) =>
        number.ToString("R", CultureInfo.InvariantCulture).Replace("E+", "e", StringComparison.Ordinal);

    private static IEnumerable<Parameter> Keys(IEnumerable<Parameter> parameters) =>
        parameters.SelectMany(static parameter => (parameter is GroupParameter group ? Keys(group.Parameters) : []).Prepend(parameter));

    private static void ForEachFile(Action<MutatedFile> check) => Parallel.ForEach(Files, file =>
        {
            var subject = Subject(file);
            subject.AssertNotRed("unchanged");
            check(subject);
        });

    // Each key of each word where it is written first, in a model and in a recipe.
    private static void ForEachKey(Action<MutatedFile, SpecText.Key> check) => Parallel.ForEach(First, file =>
        {
            var subject = Subject(file.Key);
            var keys = subject.Root.All().OfType<SpecText.Key>().ToList();
            foreach (var index in file)
            {
                check(subject, keys[index]);
            }
        });

    private static ILookup<(string Text, bool IsRecipe), int> FirstKeys()
    {
        var seen = new HashSet<(string Name, Parameter? Parameter, bool IsRecipe)>();
        return Files
            .OrderBy(static file => Subject(file).HasBlocks)
            .SelectMany(file =>
            {
                var subject = Subject(file);
                return subject
                    .Root.All()
                    .OfType<SpecText.Key>()
                    .Index()
                    .Where(pair => seen.Add((pair.Item.Name, subject.Parameters.GetValueOrDefault(pair.Item), file.IsRecipe)))
                    .Select(pair => (File: file, pair.Index))
                    .ToList();
            })
            .ToLookup(static pair => pair.File, static pair => pair.Index);
    }

    private static MutatedFile Subject((string Text, bool IsRecipe) file) => new(SpecText.Parse(file.Text), file.IsRecipe);

    /// <summary>A file that tests damage and mend again.</summary>
    private sealed class MutatedFile
    {
        private readonly Dictionary<SpecText.Key, Parameter> _parameters;

        public MutatedFile(SpecText.Group root, bool isRecipe)
        {
            (Root, IsRecipe) = (root, isRecipe);
            _parameters = isRecipe ? EveryRecipe.Parameters(root) : WrittenParameters.Find(root);
        }

        public SpecText.Group Root { get; }

        public bool IsRecipe { get; }

        public IReadOnlyDictionary<SpecText.Key, Parameter> Parameters => _parameters;

        public bool HasBlocks => Root.Keys.Any(static key => key.Name == "blocks");

        /// <summary>Whether the keys of a group are names of the file's own, or texts.</summary>
        public bool HasOwnNames(SpecText.Group group) =>
            Root.All()
                .OfType<SpecText.Key>()
                .Any(key =>
                    key.Value == group && key.Name is "let" or "blocks" or "inputs" or "states" or "logit-bias" or "rates" or "unfreeze"
                ) || IsUseOfABlock(group);

        public bool IsOwnName(SpecText.Key key) =>
            Root.All().OfType<SpecText.Group>().Any(group => group.Keys.Contains(key) && HasOwnNames(group)) || IsParameterOfABlock(key);

        /// <summary>Whether a key is the word of a layer.</summary>
        public bool IsLayer(SpecText.Key key) =>
            Root.All()
                .OfType<SpecText.Items>()
                .SelectMany(static list => list.Values)
                .OfType<SpecText.Group>()
                .Any(layer => layer.Keys.Contains(key));

        /// <summary>Whether a group is a layer.</summary>
        public bool IsLayer(SpecText.Group group) => Root.All().OfType<SpecText.Items>().Any(list => list.Values.Contains(group));

        /// <summary>Whether the file is wrong without a key, whatever else it says.</summary>
        public bool Requires(SpecText.Key key) =>
            (IsRecipe ? RecipeKey.All : CommonKey.All).Any(common =>
                common.IsRequired && common.Name == key.Name && !_parameters.ContainsKey(key)
            )
            || (
                _parameters.TryGetValue(key, out var parameter)
                && parameter.Name == key.Name
                && (IsRecipe && parameter.Recipe != RecipeUse.None ? parameter.Recipe == RecipeUse.Required : parameter.IsRequired)
            );

        public bool Compiles() =>
            IsRecipe
                ? RecipeCompiler.Compile(Root.Write(), EveryRecipe.Models, null).Code is not null
                : SpecCompiler.Compile(Root.Write(), "example.model.yaml", null).Code is not null;

        public void AssertMistake(SpecText.Key key, string value)
        {
            var right = key.Value;
            key.Value = new SpecText.Word(value);
            Assert.False(Compiles(), $"the compiler takes {key.Name}: {value}\n{Root.Write()}");
            AssertRed($"{key.Name}: {value}");
            key.Value = right;
        }

        public void AssertNotRedIfCompiled(SpecText.Key key, string value)
        {
            var right = key.Value;
            key.Value = new SpecText.Word(value);
            if (Compiles())
            {
                AssertNotRed($"{key.Name}: {value}");
            }

            key.Value = right;
        }

        public void AssertRed(string what)
        {
            var text = Root.Write();
            Assert.False(Schema.Allows(text), $"not red: {what}\n{text}");
        }

        public void AssertNotRed(string what)
        {
            var text = Root.Write();
            Assert.True(Schema.Allows(text), $"red: {what}\n{Schema.Problems(text)}\n{text}");
        }

        private EditorSchema Schema => IsRecipe ? EditorSchema.Recipes : EditorSchema.Models;

        private bool IsUseOfABlock(SpecText.Group group) =>
            Root
                .Keys.Where(static key => key.Name == "blocks")
                .SelectMany(static blocks => ((SpecText.Group)blocks.Value).Keys)
                .Any(block => Root.All().OfType<SpecText.Key>().Any(key => key != block && key.Name == block.Name && key.Value == group));

        private bool IsParameterOfABlock(SpecText.Key key) =>
            Root
                .Keys.Where(static common => common.Name == "blocks")
                .SelectMany(static blocks => ((SpecText.Group)blocks.Value).Keys)
                .SelectMany(static block => ((SpecText.Group)block.Value).Keys.Where(static part => part.Name == "parameters"))
                .Any(parameters => parameters.Value.All().Contains(key));
    }
}
