using System.Globalization;
using ModelGen.Compiler.Language;
using ModelGen.Compiler.Language.Parameters;
using ModelGen.Compiler.Words;
using Range = ModelGen.Compiler.Language.Range;

namespace ModelGen.EndToEnd.Tests.Robustness;

/// <summary>
/// Writes random values of whatever parameters the catalogue has, now and then at the ends of their ranges. A new word or key is covered
/// without a change here.
/// </summary>
/// <param name="random">What decides.</param>
/// <param name="unit">What the data are counted in.</param>
internal sealed class RandomArguments(Random random, string unit)
{
    /// <summary>Whether a value was written under which numbers may leave the range of float32 although nothing is wrong.</summary>
    public bool MayDiverge { get; set; }

    /// <summary>How many numbers a list of them has.</summary>
    public int NumbersCount { get; set; } = 2;

    /// <summary>Whether something is so, once in a number of times.</summary>
    public bool Chance(int oneIn) => random.Next(oneIn) == 0;

    public T Pick<T>(params IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    /// <summary>A number from 1.</summary>
    public int UpTo(int most) => 1 + random.Next(most);

    public void Shuffle<T>(T[] values) => random.Shuffle(values);

    /// <summary>
    /// The required keys of a list and some of the others, as <c>key: value</c>, without those whose values depend on the model's weights.
    /// </summary>
    public List<string> Keys(IEnumerable<Parameter> parameters, int oneIn = 3) =>
        [
            .. parameters
                .Where(parameter => parameter.IsRequired || Chance(oneIn))
                .Where(static parameter => parameter.Form is not TextDurationsForm)
                .Select(parameter => $"{parameter.Name}: {Value(parameter)}"),
        ];

    /// <summary>A word with its arguments, as a value.</summary>
    public string Word(Definition word)
    {
        if (word is Initialiser && word.Parameters.Count > 0)
        {
            // However many layers come before it, a log-variance must stay within what its exponential can be.
            MayDiverge = true;
        }

        var keys = Keys(word.Parameters, oneIn: 2);
        return keys.Count == 0 ? word.Word
            : keys.Count == 1
            && word.Parameters.Any(main => main.IsMain && keys[0].StartsWith($"{main.Name}: ", StringComparison.Ordinal))
            && !keys[0].Contains('{', StringComparison.Ordinal)
            && Chance(2)
                ? $"{{ {word.Word}: {keys[0][(keys[0].IndexOf(' ', StringComparison.Ordinal) + 1)..]} }}"
            : $"{{ {word.Word}: {{ {string.Join(", ", keys)} }} }}";
    }

    /// <summary>A value of a parameter.</summary>
    public string Value(Parameter parameter)
    {
        // A run that has gone back as often as it may ends as one that diverges.
        MayDiverge |= parameter.Name == "rollback";
        return parameter.Form switch
        {
            WordForm form => Word(Pick(form.Words)),
            GroupForm form => $"{{ {string.Join(", ", Keys(form.Parameters))} }}",
            ChoiceForm form => Choice(parameter.Name, form),
            FlagForm => Pick("true", "false"),
            IntegerForm form => Integer(parameter.Name, form.Range),
            NumberForm form => Number(parameter.Name, form.Range),
            NumbersForm form => $"[{string.Join(", ", Enumerable.Range(0, NumbersCount).Select(_ => Number(parameter.Name, form.Range)))}]",
            TextsForm => Pick("['2']", "['. ', and]"),
            // Every weight, or the token 1.
            TextNumbersForm form => $"{{ '{(parameter.Name == "rates" ? "*" : "1")}': {Number(parameter.Name, form.Range)} }}",
            PairForm form => $"[{Number(parameter.Name, form.Range)}, {Number(parameter.Name, form.Range)}]",
            AmountForm form => Amount(parameter.Name, form),
            _ => throw new InvalidOperationException($"Random values of a {parameter.Form.GetType().Name} are not written here yet."),
        };
    }

    private string Choice(string name, ChoiceForm form)
    {
        var choice = Pick(form.Choices);
        if (choice == "float16")
        {
            // Its largest number is 65504.
            MayDiverge = true;
        }

        return name == "precision" && Chance(2) ? "float32" : choice;
    }

    private string Integer(string name, Range range)
    {
        // What decides how much there is to compute is small.
        long most = name switch
        {
            "batch" => 5,
            "accumulate" => Chance(2) ? 1 : 3,
            "batches" or "limit" or "width" or "features" or "channels" or "latent" or "classes" or "codes" or "steps" or "group" => 6,
            _ => Chance(8) ? (long)range.Maximum : 6,
        };
        return most > 6
            ? most.ToString(CultureInfo.InvariantCulture)
            : ((long)range.Minimum + random.Next((int)Math.Max(1, most - (long)range.Minimum + 1))).ToString(CultureInfo.InvariantCulture);
    }

    private string Number(string name, Range range)
    {
        if (Chance(14))
        {
            var end = Pick<double>([
                Math.Max(range.Minimum, float.MinValue),
                Math.Min(range.Maximum, float.MaxValue),
                0,
                Range.Smallest,
                -Range.Smallest,
                1e-10,
                1e10,
                1 - 1e-7,
                0.9,
            ]);
            if (range.Contains(end))
            {
                MayDiverge = true;
                return Text(end);
            }
        }

        var (low, high) = name switch
        {
            "learning-rate" => (1e-4, 1e-2),
            "floor" => (0, 1e-5),
            "epsilon" => (1e-8, 1e-5),
            "variance" or "scale" => (0.01, 1),
            "deviation" or "bound" or "mean" or "value" => (0.001, 0.1),
            "factor" => (1, 3),
            _ => (0.1, 1),
        };
        low = Math.Clamp(low, range.Minimum, range.Maximum);
        high = Math.Clamp(high, range.Minimum, range.Maximum);
        var value = low + (random.NextDouble() * (high - low));
        return Text(
            range.Contains(value) ? value
            : range.Minimum >= 1 ? range.Minimum + value
            : range.Maximum <= 0 ? -0.8
            : value
        );
    }

    private string Amount(string name, AmountForm form)
    {
        if (form.Base == AmountForm.Seconds)
        {
            return Pick("0.001 seconds", "2 hours", "1.5 days", "3650 days");
        }

        if (form.Base == AmountForm.Bytes)
        {
            return Pick("500 MB", "2 GB", "1000 TB");
        }

        // The length of the run itself is a few steps.
        return name == "duration" ? Pick("1 steps", "2 steps", "3 steps", "1 epochs", "0.7 epochs", $"11 {unit}")
            : Chance(12) ? $"1e15 {Pick("steps", "epochs", unit)}"
            : Chance(20) ? "2 tokens"
            : Pick("1 steps", "2 steps", "10 steps", "1 epochs", "0.5 epochs", $"5 {unit}", $"1k {unit}");
    }

    private static string Text(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
