using System.Globalization;
using System.Text.RegularExpressions;
using ModelGen.Compiler.Collections;
using ModelGen.Compiler.Diagnostics;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Syntax;
using ModelGen.Compiler.Text;

namespace ModelGen.Compiler.Binding;

/// <summary>
/// Binds nodes to values that contain no words: numbers, flags, choices, texts, lists of numbers, amounts, names and shapes.
/// </summary>
internal sealed class ValueBinder(DiagnosticBag diagnostics, Constants constants)
{
    /// <summary>The constants that arithmetic may use; inside a block, those of the block.</summary>
    public Constants Constants { get; set; } = constants;

    /// <summary>Reads a value; null after reporting what is wrong with it.</summary>
    /// <param name="form">The expected form.</param>
    /// <param name="path">Its name in messages.</param>
    /// <param name="node">What was written.</param>
    public object? Bind(ValueForm form, string path, Node node) =>
        form switch
        {
            IntegerForm integer => Integer(integer.Range, path, integer.Type, node),
            NumberForm number => Number(number, path, node),
            FlagForm => Flag(form, path, node),
            ChoiceForm choice => Choice(choice, path, node),
            TextForm => node is ScalarNode { IsEmpty: false } text ? text.Text : WrongType(form, path, node),
            PairForm pair => Pair(pair, path, node),
            SizesForm sizes => Sizes(sizes, path, node),
            AmountForm amount => Amount(amount, path, node),
            NamedShapesForm shapes => NamedShapes(shapes, path, node),
            NamesForm names => NamesOf(names, path, node),
            TypeForm or ModelForm => NameOf(form, path, node),
            TextsForm texts => Texts(texts, path, node),
            TextNumbersForm numbers => TextNumbers(numbers, path, node),
            TextDurationsForm durations => TextDurations(durations, path, node),
            NumbersForm numbers => Numbers(numbers, path, node),
            ShapeForm shape => Axes(shape, path, node),
            _ => throw new InvalidOperationException($"'{path}' takes {form.Type}, which contains words"),
        };

    /// <summary>The number that a scalar evaluates to, or null after reporting what is wrong.</summary>
    public double? Number(string path, string type, Node node)
    {
        if (node is ScalarNode { IsQuoted: false } scalar && Expression.IsArithmetic(scalar.Text))
        {
            return Expression.Evaluate(scalar, Constants, diagnostics);
        }

        diagnostics.Report(Rules.WrongType, node.Span, path, type, node.Description);
        return null;
    }

    private object? Integer(Language.Range range, string path, string type, Node node)
    {
        if (Number(path, type, node) is not { } value)
        {
            return null;
        }

        if (Math.Floor(value) != value)
        {
            diagnostics.Report(Rules.WrongType, node.Span, path, type, NumberText.Of(value));
            return null;
        }

        return IsInRange(range, path, node, value) ? (long)value : null;
    }

    private object? Number(NumberForm form, string path, Node node)
    {
        if (Number(path, form.Type, node) is not { } value || !IsInRange(form.Range, path, node, value))
        {
            return null;
        }

        if (value != 0 && Math.Abs(value) < Language.Range.Smallest)
        {
            var wanted = $"0, or at least {NumberText.Of(Language.Range.Smallest)} away from it, the smallest number of float32";
            diagnostics.Report(Rules.OutOfRange, node.Span, path, NumberText.Of(value), wanted);
            return null;
        }

        return value;
    }

    private object? Flag(ValueForm form, string path, Node node) =>
        node switch
        {
            ScalarNode { IsQuoted: false, Text: "true" } => true,
            ScalarNode { IsQuoted: false, Text: "false" } => false,
            _ => WrongType(form, path, node),
        };

    private object? Choice(ChoiceForm form, string path, Node node)
    {
        if (node is ScalarNode { IsQuoted: false } scalar && form.Choices.Contains(scalar.Text))
        {
            return scalar.Text;
        }

        var nearest = node is ScalarNode word ? NearestWord.Find(word.Text, form.Choices) : null;
        var hint = nearest is null ? "" : $"; did you mean '{nearest}'?";
        diagnostics.Report(Rules.WrongType, node.Span, path, form.Type, node.Description + hint);
        return null;
    }

    private object? Pair(PairForm form, string path, Node node)
    {
        if (node is not ListNode { Items.Count: 2 } pair)
        {
            diagnostics.Report(
                Rules.WrongType,
                node.Span,
                path,
                form.Type,
                node is ListNode list ? $"a list of {list.Items.Count}" : node.Description
            );
            return null;
        }

        var (first, second) = (Number(form.Element, path, pair.Items[0]), Number(form.Element, path, pair.Items[1]));
        return first is double x && second is double y ? (x, y) : null;
    }

    private object? Sizes(SizesForm form, string path, Node node)
    {
        if (form.AllowsOne && node is ScalarNode)
        {
            return Integer(form.Range, path, form.Type, node) is long one ? new EquatableArray<long>([one]) : null;
        }

        var items = List(form, path, node)?.Items.Select(item => Bind(form.Element, path, item)).ToList();
        return items is null || items.Contains(null) ? null : new EquatableArray<long>(items.Select(static item => (long)item!));
    }

    // A list that is not empty and has no more entries than a shape may have axes.
    private ListNode? List(SizesForm form, string path, Node node)
    {
        if (node is not ListNode list)
        {
            diagnostics.Report(Rules.WrongType, node.Span, path, form.Type, node.Description);
            return null;
        }

        if (list.Items.Count == 0)
        {
            diagnostics.Report(Rules.EmptyList, node.Span, path);
            return null;
        }

        if (list.Items.Count > SizesForm.MaximumCount)
        {
            diagnostics.Report(
                Rules.WrongType,
                node.Span,
                path,
                $"a list of at most {SizesForm.MaximumCount.ToString(CultureInfo.InvariantCulture)} numbers",
                $"a list of {list.Items.Count.ToString(CultureInfo.InvariantCulture)}"
            );
            return null;
        }

        return list;
    }

    private object? NamedShapes(NamedShapesForm form, string path, Node node)
    {
        if (node is not MapNode map)
        {
            return WrongType(form, path, node);
        }

        if (map.Entries.Count == 0)
        {
            diagnostics.Report(Rules.EmptyList, node.Span, path);
            return null;
        }

        if (map.Entries.Count > NamedShapesForm.MaximumCount)
        {
            return TooMany(path, node, NamedShapesForm.MaximumCount, map.Entries.Count);
        }

        // A name whose shape cannot be read is still known to the layers that use it.
        return new EquatableArray<NamedShape>(
            map.Entries.Select(entry =>
                    (
                        IsUsable: UsableWord.CheckTensor(diagnostics, entry.Key, form.What),
                        Shape: new NamedShape(entry.Key.Text, Axes(form.Shape, $"{path}.{entry.Key.Text}", entry.Value) ?? default)
                    )
                )
                .Where(static entry => entry.IsUsable)
                .Select(static entry => entry.Shape)
        );
    }

    private EquatableArray<AxisLength>? Axes(ShapeForm form, string path, Node node)
    {
        if (List(form.Axes, path, node) is not { } list)
        {
            return null;
        }

        var axes = list.Items.Select(item => Axis(form, path, item)).ToList();
        return axes.Contains(null) ? null : new EquatableArray<AxisLength>(axes.Select(static axis => axis!));
    }

    private AxisLength? Axis(ShapeForm form, string path, Node node)
    {
        if (node is ScalarNode { IsQuoted: false } scalar && form.Symbol.Match(scalar.Text) is { Success: true } symbol)
        {
            return Symbol(path, scalar, symbol);
        }

        return Integer(form.Axes.Range, path, "a whole number, or a symbol in capitals such as S", node) is long length
            ? new AxisLength(null, length)
            : null;
    }

    private AxisLength? Symbol(string path, ScalarNode scalar, Match match)
    {
        var (name, longest) = (match.Groups[1].Value, match.Groups[2]);
        if (!longest.Success)
        {
            return new AxisLength(name, null);
        }

        var form = new IntegerForm(new Language.Range(1, ShapeForm.LongestSymbol));
        var bound = new ScalarNode(scalar.Span.Slice(longest.Index, longest.Length), longest.Value, isQuoted: false);
        return Bind(form, $"{path}, {name}", bound) is long length ? new AxisLength(name, length) : null;
    }

    private object? NameOf(ValueForm form, string path, Node node) =>
        node is ScalarNode { IsEmpty: false } name && TypeForm.Name.Match(name.Text) is { Success: true } match
            ? match.Groups[1].Value
            : WrongType(form, path, node);

    private object? Numbers(NumbersForm form, string path, Node node)
    {
        if (node is not ListNode { Items: var items })
        {
            return WrongType(form, path, node);
        }

        if (items.Count > form.MaximumCount)
        {
            return TooMany(path, node, form.MaximumCount, items.Count, "numbers");
        }

        if (items.Count < form.MinimumCount)
        {
            return WrongCount(path, node, $"at least {form.MinimumCount.ToString(CultureInfo.InvariantCulture)} numbers", items.Count);
        }

        var numbers = items.Select(item => Number(form.Element, path, item)).ToList();
        return numbers.Contains(null) ? null : new EquatableArray<double>(numbers.Select(static number => (double)number!));
    }

    private object? Texts(TextsForm form, string path, Node node)
    {
        if (node is not ListNode { Items: var items })
        {
            return WrongType(form, path, node);
        }

        if (items.Count is 0 or > TextsForm.MaximumCount)
        {
            return WrongNumberOf(path, node, items.Count, TextsForm.MaximumCount);
        }

        var texts = items
            .Select(item => item is ScalarNode { Text.Length: > 0 } text ? text.Text : WrongType(new TextForm(), path, item))
            .ToList();
        return texts.Contains(null) ? null : new EquatableArray<string>(texts.Cast<string>());
    }

    private object? TextNumbers(TextNumbersForm form, string path, Node node) =>
        OfTexts(form, TextNumbersForm.MaximumCount, path, node, (at, value) => Number(form.Element, at, value)) is { } numbers
            ? new EquatableArray<TextNumber>(numbers.Select(static each => new TextNumber(each.Text, (double)each.Value)))
            : null;

    private object? TextDurations(TextDurationsForm form, string path, Node node) =>
        OfTexts(form, TextDurationsForm.MaximumCount, path, node, (at, value) => Amount(TextDurationsForm.Element, at, value))
            is { } lengths
            ? new EquatableArray<TextDuration>(lengths.Select(static each => new TextDuration(each.Text, (Duration)each.Value)))
            : null;

    // A value for each of some texts; null if one is wrong.
    private List<(string Text, object Value)>? OfTexts(ValueForm form, int most, string path, Node node, Func<string, Node, object?> bind)
    {
        if (node is not MapNode map)
        {
            WrongType(form, path, node);
            return null;
        }

        if (map.Entries.Count is 0 || map.Entries.Count > most)
        {
            WrongNumberOf(path, node, map.Entries.Count, most);
            return null;
        }

        var values = map.Entries.Select(entry => (entry.Key.Text, Value: bind($"{path}.{entry.Key.Text}", entry.Value))).ToList();
        return values.Any(static each => each.Value is null) ? null : [.. values.Select(static each => (each.Text, each.Value!))];
    }

    private object? WrongNumberOf(string path, Node node, int count, int most)
    {
        if (count > most)
        {
            return TooMany(path, node, most, count);
        }

        diagnostics.Report(Rules.EmptyList, node.Span, path);
        return null;
    }

    private object? NamesOf(NamesForm form, string path, Node node)
    {
        if (node is not ListNode { Items: var items })
        {
            return WrongType(form, path, node);
        }

        if (items.Count == 0)
        {
            diagnostics.Report(Rules.EmptyList, node.Span, path);
            return null;
        }

        if (items.Count > NamesForm.MaximumCount)
        {
            return TooMany(path, node, NamesForm.MaximumCount, items.Count);
        }

        var (names, known) = (new List<string>(), new HashSet<string>(StringComparer.Ordinal));
        foreach (var item in items)
        {
            if (item is not ScalarNode { IsQuoted: false, IsEmpty: false } name)
            {
                return WrongType(form, path, item);
            }

            if (!UsableWord.CheckTensor(diagnostics, name, form.What))
            {
                return null;
            }

            if (!known.Add(name.Text))
            {
                diagnostics.Report(Rules.InvalidName, name.Span, name.Text, form.What, "it is already named here");
                return null;
            }

            names.Add(name.Text);
        }

        return new EquatableArray<string>(names);
    }

    private object? Amount(AmountForm form, string path, Node node)
    {
        if (
            node is not ScalarNode scalar
            || scalar.Text.LastIndexOf(' ') is not (> 0 and var space)
            || string.IsNullOrWhiteSpace(scalar.Text.Substring(0, space))
        )
        {
            var found =
                node is ScalarNode bare && Expression.IsArithmetic(bare.Text) ? $"{node.Description} without a unit" : node.Description;
            diagnostics.Report(Rules.WrongType, node.Span, path, form.Type, found);
            return null;
        }

        var quote = scalar.IsQuoted ? 1 : 0;
        var word = scalar.Text.Substring(space + 1);
        var unit = form.Units.FirstOrDefault(known => known.Name == word || known.Name == word + "s");
        if (unit is null)
        {
            diagnostics.Report(
                Rules.UnknownWord,
                scalar.Span.Slice(space + 1 + quote, word.Length),
                Excerpt.Of(word),
                $"a unit of {form.Of}",
                NearestWord.Hint(word, form.Units.Select(static known => known.Name))
            );
            return null;
        }

        var text = scalar.Text.Substring(0, space).TrimEnd();
        var factor = text.Last() switch
        {
            'k' => 1e3,
            'M' => 1e6,
            _ => 1,
        };
        text = factor == 1 || text.Length == 1 || !char.IsDigit(text[text.Length - 2]) ? text : text.Substring(0, text.Length - 1);
        if (Number(path, form.Type, new ScalarNode(scalar.Span.Slice(quote, text.Length), text, isQuoted: false)) is not { } amount)
        {
            return null;
        }

        // 1.005k is 1005: a rounding error may make the product miss the whole number that is meant.
        amount *= factor;
        amount = Math.Abs(Math.Round(amount) - amount) <= 1e-12 * Math.Abs(amount) ? Math.Round(amount) : amount;
        if (!form.RangeOf(unit).Contains(amount))
        {
            diagnostics.Report(Rules.OutOfRange, node.Span, path, Excerpt.Of(scalar.Text), form.Wanted(amount, unit));
            return null;
        }

        if (unit.IsCounted && Math.Floor(amount) != amount)
        {
            diagnostics.Report(Rules.WrongType, node.Span, path, $"a whole number of {unit.Name}", scalar.Description);
            return null;
        }

        return form.Base is null ? new Duration(amount, unit.Name) : amount * unit.Size;
    }

    private bool IsInRange(Language.Range range, string path, Node node, double value)
    {
        if (range.Contains(value))
        {
            return true;
        }

        diagnostics.Report(Rules.OutOfRange, node.Span, path, NumberText.Of(value), range.Wanted(value));
        return false;
    }

    private object? TooMany(string path, Node node, int most, int found, string what = "names") =>
        WrongCount(path, node, $"at most {most.ToString(CultureInfo.InvariantCulture)} {what}", found);

    private object? WrongCount(string path, Node node, string wanted, int found)
    {
        diagnostics.Report(Rules.WrongType, node.Span, path, wanted, found.ToString(CultureInfo.InvariantCulture));
        return null;
    }

    private object? WrongType(ValueForm form, string path, Node node)
    {
        diagnostics.Report(Rules.WrongType, node.Span, path, form.Type, node.Description);
        return null;
    }
}
