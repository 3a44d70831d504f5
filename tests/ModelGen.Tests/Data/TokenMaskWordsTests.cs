using ModelGen.Data;
using ModelGen.Objectives;
using ModelGen.RandomNumbers;
using ModelGen.Tokenization;
using static TorchSharp.torch;

namespace ModelGen.Tests.Data;

/// <summary>Whole words are masked, as the same in plain loops says.</summary>
public sealed class TokenMaskWordsTests
{
    private const int MaskToken = 256;
    private const int Rows = 300;
    private const int Length = 40;
    private const ulong Seed = 5;
    private const long First = 17;

    private static readonly int[] Replacements = [.. Enumerable.Range(1000, 4)];

    private static readonly long[] Tokens = Text();

    public static TheoryData<double, double> Options =>
        new()
        {
            { 0.02, 1 },
            { 0.15, 1 },
            { 0.15, 2.5 },
            { 0.5, 3.8 },
            { 1, 1 },
            { 1, 9 },
        };

    [Theory]
    [MemberData(nameof(Options))]
    public void WordsAreNeverSplitAndTheQuotaIsKept(double rate, double span)
    {
        var (_, positions, targets) = Draw(
            new()
            {
                Rate = rate,
                Span = span,
                WholeWords = true,
            }
        );
        Assert.Equal(positions.Select(static at => Tokens[at]), targets);
        var quota = Math.Max(1, (int)Math.Round(rate * Length));
        var overdrawn = 0;
        foreach (var row in Enumerable.Range(0, Rows))
        {
            var chosen = positions.Where(at => at / Length == row).Select(static at => (int)(at % Length)).ToList();
            Assert.Equal(chosen.Count, chosen.Distinct().Count());
            var words = WordsOf(row);
            var masked = words.Where(word => chosen.Contains(word[0])).ToList();
            Assert.Equal(chosen.Order(), masked.SelectMany(static word => word).Order());
            Assert.Contains(words[FirstWord(row, words.Count)], masked);
            Assert.True(chosen.Count <= quota || masked.Count == 1);
            overdrawn += chosen.Count > quota ? 1 : 0;

            // What is left would have taken any word of its size.
            Assert.All(words.Except(masked), word => Assert.True(word.Length > quota - chosen.Count));
        }

        Assert.Equal(rate < 0.2, overdrawn > 0);
    }

    [Theory]
    [MemberData(nameof(Options))]
    public void TheDrawsAreThoseOfThePlainLoops(double rate, double span)
    {
        var options = new MaskedTokenOptions
        {
            Rate = rate,
            Span = span,
            WholeWords = true,
        };
        var (inputs, positions, _) = Draw(options);
        var (expectedInputs, expected) = (Tokens.ToArray(), new List<long>());
        foreach (var row in Enumerable.Range(0, Rows))
        {
            var words = WordsOf(row);
            var (random, order) = Order(row, words.Count);
            var quota = Math.Max(1, (int)Math.Round(rate * Length));
            var taken = new HashSet<int>();
            var count = 0;
            for (var i = 0; i < words.Count; i++)
            {
                if (count >= quota)
                {
                    break;
                }

                var length = random.SpanLength(span);
                var (kind, bits) = (random.Uniform(), random.Bits());
                for (var k = 0; k < length; k++)
                {
                    var word = (int)order[i] + k;
                    if (word == words.Count || taken.Contains(word) || (taken.Count > 0 && count + words[word].Length > quota))
                    {
                        break;
                    }

                    taken.Add(word);
                    count += words[word].Length;
                    foreach (var place in words[word].Select(at => (row * Length) + at))
                    {
                        expected.Add(place);
                        if (kind < 0.8)
                        {
                            expectedInputs[place] = MaskToken;
                        }
                        else if (kind < 0.9)
                        {
                            bits = CounterRandom.Mix(bits);
                            expectedInputs[place] = Replacements[(int)CounterRandom.Below(bits, Replacements.Length)];
                        }
                    }
                }
            }
        }

        Assert.Equal(expected, positions);
        Assert.Equal(expectedInputs, inputs);
    }

    // The loops that drew tokens before there were whole words.
    [Theory]
    [MemberData(nameof(Options))]
    public void WithoutThemTheDrawsAreAsTheyEverWere(double rate, double span)
    {
        var (inputs, positions, _) = Draw(new() { Rate = rate, Span = span });
        var (expectedInputs, expected) = (Tokens.ToArray(), new List<long>());
        foreach (var row in Enumerable.Range(0, Rows))
        {
            var (random, order) = Order(row, Length);
            var count = Math.Max(1, (int)Math.Round(rate * Length));
            var isChosen = new bool[Length];
            var chosen = 0;
            for (var i = 0; chosen < count; i++)
            {
                var end = order[i] + random.SpanLength(span);
                var (kind, replacement) = (random.Uniform(), random.Bits());
                for (var place = (int)order[i]; place < Math.Min(end, Length) && !isChosen[place] && chosen < count; place++)
                {
                    isChosen[place] = true;
                    expected.Add((row * Length) + place);
                    chosen++;
                    if (kind < 0.8)
                    {
                        expectedInputs[(row * Length) + place] = MaskToken;
                    }
                    else if (kind < 0.9)
                    {
                        replacement = CounterRandom.Mix(replacement);
                        expectedInputs[(row * Length) + place] = Replacements[(int)CounterRandom.Below(replacement, Replacements.Length)];
                    }
                }
            }
        }

        Assert.Equal(expected, positions);
        Assert.Equal(expectedInputs, inputs);
    }

    // Binomial shares within five standard deviations.
    [Fact]
    public void AWordIsMaskedReplacedOrLeftAsAWhole()
    {
        var (inputs, positions, _) = Draw(new() { Rate = 0.3, WholeWords = true });
        var masked = positions.ToHashSet();
        var kinds = new int[3];
        foreach (var row in Enumerable.Range(0, Rows))
        {
            foreach (var word in WordsOf(row).Select(word => word.Select(at => (row * Length) + at).ToList()))
            {
                if (masked.Contains(word[0]))
                {
                    kinds[Assert.Single(word.Select(Kind).Distinct())]++;
                }
            }
        }

        double n = kinds.Sum();
        Assert.InRange(kinds[0] / n, 0.8 - (5 * Math.Sqrt(0.16 / n)), 0.8 + (5 * Math.Sqrt(0.16 / n)));
        Assert.All(kinds[1..], kind => Assert.InRange(kind / n, 0.1 - (5 * Math.Sqrt(0.09 / n)), 0.1 + (5 * Math.Sqrt(0.09 / n))));

        int Kind(int place) =>
            inputs[place] == MaskToken ? 0
            : inputs[place] >= Replacements[0] ? 1
            : 2;
    }

    [Fact]
    public void TheNumberIsThatOfWhatIsDrawn()
    {
        var options = new MaskedTokenOptions { WholeWords = true };
        Assert.Equal(Draw(options).Positions.Length, Masker(options).Count(tensor(Tokens, [Rows, Length]), Seed, First));
    }

    private static TokenMasker Masker(MaskedTokenOptions options) =>
        new(options, MaskToken, Replacements, options.WholeWords ? new WordTable(new ByteTokenizer()) : null);

    private static (long[] Inputs, long[] Positions, long[] Targets) Draw(MaskedTokenOptions options)
    {
        using var mask = Masker(options).Draw(tensor(Tokens, [Rows, Length]), Seed, First);
        return ([.. mask.Inputs.data<long>()], [.. mask.Positions.data<long>()], [.. mask.Targets.data<long>()]);
    }

    // Words of one to twelve letters between spaces and full stops.
    private static long[] Text()
    {
        var random = new Random(3);
        var text = "";
        while (text.Length < Rows * Length)
        {
            text += new string((char)('a' + random.Next(26)), random.Next(1, 13)) + (random.Next(5) == 0 ? ". " : " ");
        }

        return [.. text.Take(Rows * Length).Select(static character => (long)character)];
    }

    // The places of each word in a row.
    private static List<int[]> WordsOf(int row)
    {
        var words = new List<List<int>>();
        for (var at = 0; at < Length; at++)
        {
            var place = (row * Length) + at;
            if (at > 0 && char.IsAsciiLetter((char)Tokens[place]) && char.IsAsciiLetter((char)Tokens[place - 1]))
            {
                words[^1].Add(at);
            }
            else
            {
                words.Add([at]);
            }
        }

        return [.. words.Select(static word => word.ToArray())];
    }

    private static int FirstWord(int row, int count) => (int)Order(row, count).Order[0];

    private static (Numbers Random, RandomPermutation Order) Order(int row, int count)
    {
        var random = new Numbers(CounterRandom.Bits(Seed, CounterRandom.Stream.Masking, (ulong)(First + row)));
        return (random, new RandomPermutation(random.Bits(), count));
    }

    private sealed class Numbers(ulong seed)
    {
        private ulong _next;

        public ulong Bits() => CounterRandom.Bits(seed, CounterRandom.Stream.Masking, _next++);

        public double Uniform() => CounterRandom.Uniform(seed, CounterRandom.Stream.Masking, _next++);

        public long SpanLength(double mean) => mean == 1 ? 1 : 1 + (long)(Math.Log(1 - Uniform()) / Math.Log(1 - (1 / mean)));
    }
}
