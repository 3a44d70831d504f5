using System.Globalization;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>Binds keys to arguments, in the same way for every word, group and layer.</summary>
internal sealed class ArgumentBinder(DiagnosticBag diagnostics, ValueBinder values, LayerBinder layers)
{
    private const int MaximumKeys = 50_000;

    private int _keyCount;

    /// <summary>Whether the keys belong to a recipe, which may leave some to its model.</summary>
    public bool IsRecipe { get; set; }

    /// <summary>Reads the keys of a word or group: every key must be a parameter, and every required parameter must be given.</summary>
    public Arguments? Bind(
        string word,
        IReadOnlyList<Parameter> parameters,
        IReadOnlyList<Entry>? entries,
        SourceSpan place,
        params IEnumerable<string> reported
    ) =>
        entries is not null && BindPart($"'{word}'", word + ".", parameters, entries, place, reported) is (var arguments, true)
            ? arguments
            : null;

    /// <summary>Like <see cref="Bind"/>, but returns what could be read even where some keys could not.</summary>
    /// <param name="owner">The owner of the keys, as messages name it.</param>
    /// <param name="prefix">The prefix of key names in messages.</param>
    /// <param name="parameters">The known keys.</param>
    /// <param name="entries">The keys that were written.</param>
    /// <param name="place">Where a missing key is reported.</param>
    /// <param name="reported">Keys beside them that are unknown, which has been reported.</param>
    public (Arguments Arguments, bool IsComplete) BindPart(
        string owner,
        string prefix,
        IReadOnlyList<Parameter> parameters,
        IReadOnlyList<Entry> entries,
        SourceSpan place,
        params IEnumerable<string> reported
    )
    {
        var complete = true;

        // A file is not that long, but a block of a thousand keys may be used a thousand times.
        Count(entries.Count);
        if (_keyCount > MaximumKeys)
        {
            diagnostics.Report(
                Rules.TooLarge,
                place,
                owner,
                $"the file has more than {MaximumKeys.ToString("N0", CultureInfo.InvariantCulture)} keys once blocks are expanded"
            );
            return (Arguments.Of(parameters, new Dictionary<Parameter, object?>()), false);
        }

        var given = new Dictionary<Parameter, object?>();
        var unknown = reported.ToList();
        foreach (var entry in entries)
        {
            var parameter = parameters.FirstOrDefault(candidate => candidate.Name == entry.Key.Text);
            if (parameter is null)
            {
                unknown.Add(entry.Key.Text);
                var hint =
                    LayerBinder.ConnectionKeys.Contains(entry.Key.Text) ? LayerBinder.BesideHint
                    : parameters.Count == 0 ? "; it takes none"
                    : KeyHint.Of(entry.Key.Text, parameters, parameters.Select(static candidate => candidate.Name), entries);
                diagnostics.Report(Rules.UnknownKey, entry.Key.Span, Excerpt.Of(entry.Key.Text), owner, hint);
                continue;
            }

            given[parameter] = Value(parameter.Form, prefix + parameter.Name, entry.Value);
            complete &= given[parameter] is not null;
        }

        // A misspelt key is already reported; reporting it as missing too would add nothing.
        var meant = unknown
            .Select(key => NearestWord.Find(key, parameters.Select(static candidate => candidate.Name)))
            .OfType<string>()
            .ToList();
        foreach (var missing in parameters.Where(parameter => IsRequired(parameter) && !given.ContainsKey(parameter)))
        {
            complete = false;
            if (!meant.Contains(missing.Name))
            {
                diagnostics.Report(Rules.MissingKey, place, owner, missing.Name, missing.Summary);
            }
        }

        var unread = meant.Concat(given.Where(static pair => pair.Value is null).Select(static pair => pair.Key.Name)).ToList();
        return (Arguments.Of(parameters, given) with { Unread = new(unread) }, complete);
    }

    /// <summary>
    /// The keys inside a word's braces; a value that is not a group is the main argument. Null after reporting that the word has none.
    /// </summary>
    public IReadOnlyList<Entry>? Entries(Definition definition, Node? value)
    {
        switch (value)
        {
            case null or ScalarNode { IsEmpty: true }:
                return [];
            case MapNode map:
                return map.Entries;
            default:
                if (definition.Main is { } main)
                {
                    return [new Entry(new ScalarNode(value.Span, main.Name, isQuoted: false), value)];
                }

                diagnostics.Report(
                    Rules.WrongType,
                    value.Span,
                    definition.Word,
                    definition.Parameters.Count == 0 ? "no argument" : "its arguments in braces",
                    value.Description
                );
                return null;
        }
    }

    /// <summary>Counts keys towards the limit of a file.</summary>
    public void Count(int keys) => _keyCount += keys;

    private bool IsRequired(Parameter parameter) =>
        IsRecipe && parameter.Recipe != RecipeUse.None ? parameter.Recipe == RecipeUse.Required : parameter.IsRequired;

    private object? Value(ValueForm form, string path, Node node) =>
        form switch
        {
            WordForm word => Word(word, path, node),
            GroupForm group => Group(group, path, node),
            LayersForm => layers.Bind(path, node),
            _ => values.Bind(form, path, node),
        };

    // A word alone, with its main argument (word: main) or with its arguments in braces (word: { … }).
    private object? Word(WordForm form, string path, Node node)
    {
        var words = form.Words;
        ScalarNode key;
        Node? value = null;
        switch (node)
        {
            case ScalarNode { IsEmpty: false, IsQuoted: false } scalar:
                key = scalar;
                break;
            case MapNode { Entries.Count: > 0 } map:
                var head = map.Entries.FirstOrDefault(entry => words.Any(word => word.Word == entry.Key.Text))
                    ?? map.Entries.FirstOrDefault(entry =>
                        NearestWord.Find(entry.Key.Text, words.Select(static word => word.Word)) is not null
                    )
                    ?? map.Entries[0];
                (key, value) = (head.Key, head.Value);
                foreach (var extra in map.Entries.Where(entry => entry != head))
                {
                    var hint = words.Any(word =>
                        word.Word == head.Key.Text && word.Parameters.Any(parameter => parameter.Name == extra.Key.Text)
                    )
                        ? $"; it belongs inside the braces, as in {head.Key.Text}: {{ {extra.Key.Text}: … }}"
                        : $"; it takes one word, here '{Excerpt.Of(head.Key.Text)}'";
                    diagnostics.Report(Rules.UnknownKey, extra.Key.Span, Excerpt.Of(extra.Key.Text), $"'{path}'", hint);
                }

                break;
            default:
                diagnostics.Report(
                    Rules.WrongType,
                    node.Span,
                    path,
                    $"one of {string.Join(", ", words.Select(static word => word.Word))}",
                    node.Description
                );
                return null;
        }

        var definition = words.FirstOrDefault(word => word.Word == key.Text);
        if (definition is null)
        {
            var kind = words.Count > 0 ? words[0].Kind : "word";
            if (Catalogue.Of<Definition>().Any(other => other.Word == key.Text && other.Kind == kind))
            {
                diagnostics.Report(
                    Rules.UnsuitedWord,
                    key.Span,
                    key.Text,
                    Article.With(kind),
                    path,
                    string.Join(", ", words.Select(static word => word.Word))
                );
                return null;
            }

            diagnostics.Report(
                Rules.UnknownWord,
                key.Span,
                Excerpt.Of(key.Text),
                Article.With(kind),
                NearestWord.Hint(key.Text, words.Select(static word => word.Word))
            );
            return null;
        }

        if (Bind(key.Text, definition.Parameters, Entries(definition, value), key.Span) is not { } arguments)
        {
            return null;
        }

        // Where only two values do not go together, each is known, and what is built on them can still be checked.
        var problems = definition.Problems(arguments).Select(problem => problem.Of(definition)).ToList();
        Report(problems, node);
        return problems.All(static problem => problem.Rule == Rules.Conflict) ? form.Value(definition, arguments) : null;
    }

    private object? Group(GroupForm form, string path, Node node)
    {
        var entries = node switch
        {
            MapNode map => map.Entries,
            ScalarNode { IsEmpty: false } when form.Main is { } main =>
            [
                new Entry(new ScalarNode(node.Span, main.Name, isQuoted: false), node),
            ],
            ListNode when form.Main is { Form: TextsForm } main => [new Entry(new ScalarNode(node.Span, main.Name, isQuoted: false), node)],
            _ => null,
        };
        if (entries is null)
        {
            diagnostics.Report(Rules.WrongType, node.Span, path, form.Type, node.Description);
            return null;
        }

        if (Bind(path, form.Parameters, entries, node.Span) is not { } arguments)
        {
            return null;
        }

        var problems = form.Problems(arguments).ToList();
        Report(problems, node);
        return problems.Count == 0 ? arguments : null;
    }

    private void Report(IReadOnlyList<Problem> problems, Node node)
    {
        foreach (var problem in problems)
        {
            diagnostics.Report(problem.Rule, node.At(problem.Place).Span, [.. problem.Arguments]);
        }
    }
}
