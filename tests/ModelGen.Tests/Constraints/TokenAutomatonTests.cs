using System.Text;
using ModelGen.Constraints;
using ModelGen.Sampling;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Constraints;

/// <summary>Constraints for the tokens of every kind of tokenizer, against trying out all sequences of tokens.</summary>
public sealed class TokenAutomatonTests
{
    public static TheoryData<string> Kinds => [.. SmallTokenizers.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void ATokenIsAllowedIfATextCanBeCompletedWithIt(string kind)
    {
        var tokenizer = SmallTokenizers.Create(kind);
        foreach (var pattern in new[] { "a{2,3}b?", "(ab|ba){1,2}", "a|abba|b{4}", "[ab]{3}( a)?" })
        {
            var constraint = TextConstraint.Regex(pattern);
            var automaton = constraint.For(tokenizer);

            // All sequences of up to five tokens that decode to a text of the set.
            const int Most = 5;
            var texts = new HashSet<string>(StringComparer.Ordinal);
            var complete = new List<int[]>();
            int[] useful = [.. tokenizer.TextTokens.Where(token => tokenizer.Decode([token]).All(" ab".Contains))];
            foreach (var sequence in Sequences(useful, Most))
            {
                if (constraint.Allows(tokenizer.Decode(sequence)))
                {
                    complete.Add(sequence);
                    texts.Add(string.Join(' ', sequence));
                }
            }

            Assert.NotEmpty(complete);
            Assert.Equal(complete.Min(static sequence => sequence.Length), automaton.ShortestFrom(automaton.Start));
            foreach (var before in complete.SelectMany(Beginnings).DistinctBy(static tokens => string.Join(' ', tokens)))
            {
                var text = before.Aggregate(new ConstrainedText(constraint, tokenizer, Most, 0), static (text, token) => text.Then(token));
                var expected = complete
                    .Where(sequence => sequence.Length > before.Length && sequence.AsSpan(0, before.Length).SequenceEqual(before))
                    .Select(sequence => sequence[before.Length])
                    .Distinct()
                    .Order();

                Assert.Equal(expected, text.Allowed.Tokens());
                Assert.Equal(texts.Contains(string.Join(' ', before)), text.MayEnd);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void BytesAreThoseOfDecodedTexts(string kind)
    {
        var tokenizer = SmallTokenizers.Create(kind);
        var random = new Random(2);
        for (var i = 0; i < 500; i++)
        {
            int[] tokens =
            [
                .. Enumerable.Range(0, 1 + random.Next(8)).Select(_ => tokenizer.TextTokens[random.Next(tokenizer.TextTokens.Count)]),
            ];
            byte[] bytes = [.. tokens.SelectMany((token, place) => tokenizer.BytesOf(token, isFirst: place == 0))];

            // Where characters are incomplete, decoders differ in how many signs of that they write.
            var text = Encoding.UTF8.GetString(bytes);
            Assert.True(text.Contains('\uFFFD') || text == tokenizer.Decode(tokens), text);
        }
    }

    /// <summary>With a length of each, and one between.</summary>
    [Theory]
    [MemberData(nameof(Kinds))]
    public void LengthsAreKept(string kind)
    {
        var tokenizer = SmallTokenizers.Create(kind);
        var constraint = TextConstraint.Regex("(ab|a|ba)+b");
        for (var seed = 0UL; seed < 200; seed++)
        {
            var options = new SamplingOptions { MinTokens = 3 + (int)(seed % 3) };
            var tokens = RandomWriter.Tokens(constraint, tokenizer, count: options.MinTokens + (int)(seed % 2), seed, options);

            Assert.InRange(tokens.Length, options.MinTokens, options.MinTokens + (int)(seed % 2));
            Assert.True(constraint.Allows(tokenizer.Decode(tokens)), tokenizer.Decode(tokens));
        }
    }

    [Fact]
    public void ALengthThatCannotBeIsAnErrorThatNamesTheNumbers()
    {
        var tokenizer = new ByteTokenizer();
        var constraint = TextConstraint.Regex("a{5,7}");

        Assert.Equal(
            "The shortest text that the constraint allows has 5 tokens, but a text may have no more than 4; allow more tokens, or a shorter "
                + "text.",
            Assert.Throws<ModelGenException>(() => RandomWriter.Write(constraint, tokenizer, 4, 1)).Message
        );
        Assert.Equal(
            "The longest text that the constraint allows has 7 tokens, but a text must have at least 8; ask for fewer tokens, or allow a "
                + "longer text.",
            Assert
                .Throws<ModelGenException>(() => RandomWriter.Write(constraint, tokenizer, 10, 1, new SamplingOptions { MinTokens = 8 }))
                .Message
        );
        Assert.Equal(
            "A text may have no more than 4 tokens, but must have at least 6; make one fit the other.",
            Assert
                .Throws<ModelGenException>(() => RandomWriter.Write(TextConstraint.Regex("a*"), tokenizer, 4, 1, new() { MinTokens = 6 }))
                .Message
        );
        Assert.StartsWith(
            "No text that the constraint allows has from 5 to 5 tokens, although some have fewer and some have more;",
            Assert
                .Throws<ModelGenException>(() =>
                    RandomWriter.Write(TextConstraint.Regex("(aa)+"), tokenizer, 5, 1, new() { MinTokens = 5 })
                )
                .Message,
            StringComparison.Ordinal
        );
        Assert.Equal(7, RandomWriter.Write(constraint, tokenizer, 10, 1, new SamplingOptions { MinTokens = 7 }).Length);
    }

    [Fact]
    public void WhatTheTokensCannotWriteIsAnErrorWithAnExample()
    {
        var exception = Assert.Throws<ModelGenException>(() =>
            TextConstraint.Choice("xyz", "zebra").For(SmallTokenizers.Create("characters"))
        );

        Assert.Equal(
            "The tokenizer has no tokens for any text that the constraint allows, such as 'xyz'; use a tokenizer that can write every text, "
                + "or another constraint.",
            exception.Message
        );
    }

    /// <summary>A character tokenizer without 'c' leaves that alternative out; it never begins what it cannot end.</summary>
    [Fact]
    public void WhatTheTokensCannotCompleteIsNotBegun()
    {
        var constraint = TextConstraint.Regex("aac|aba|acb");

        for (var seed = 0UL; seed < 50; seed++)
        {
            Assert.Equal("aba", RandomWriter.Write(constraint, SmallTokenizers.Create("characters"), 3, seed));
        }
    }

    [Fact]
    public void WithoutAnEndOfTextTokenATextEndsWhereNothingMayFollow()
    {
        var tokenizer = new ByteTokenizer();

        Assert.Equal("abc", RandomWriter.Write(TextConstraint.Choice("ab", "abc"), tokenizer, 9, 1));
        Assert.Equal(6, RandomWriter.Write(TextConstraint.Regex("a+"), tokenizer, 6, 1).Length);
        Assert.Equal("", RandomWriter.Write(TextConstraint.Choice(""), tokenizer, 6, 1));
    }

    [Fact]
    public void ACompleteTextTakesNoTokenButTheEnd()
    {
        var options = new SamplingOptions { Constraint = TextConstraint.Choice("a") };
        var sampler = new TokenSampler(options, 1, new ByteTokenizer(), 5);
        var ending = new TokenSampler(options, 1, new ByteTokenizer((SpecialTokenRole.End, "<end>")), 5);

        Assert.False(sampler.IsComplete);
        Assert.Equal('a', sampler.Next(new float[256]));
        Assert.True(sampler.IsComplete);
        Assert.Throws<InvalidOperationException>(() => sampler.Next(new float[256]));
        Assert.Equal('a', ending.Next(new float[257]));
        Assert.Equal(256, ending.Next(new float[257]));
    }

    [Fact]
    public void ProbabilitiesAreThoseOfTheTokensThatMayCome()
    {
        var tokenizer = CharacterTokenizer.FromText("abcd", 5, (SpecialTokenRole.End, "<end>"));
        float[] logits = [1, 3, 2, 0, -1];
        var options = new SamplingOptions { Constraint = TextConstraint.Regex("(a|c)+"), Temperature = 0.5 };
        var sampler = new TokenSampler(options, 1, tokenizer, 5);

        // softmax([1, 2] / 0.5) of 'a' and 'c'; then with the end of the text, −1.
        var (a, c, end) = (Math.Exp(2), Math.Exp(4), Math.Exp(-2));
        Near([a / (a + c), 0, c / (a + c), 0, 0], sampler.Probabilities(logits));
        _ = sampler.Next(logits);
        Near([a / (a + c + end), 0, c / (a + c + end), 0, end / (a + c + end)], sampler.Probabilities(logits));

        static void Near(double[] expected, double[] found) =>
            Assert.All(expected.Zip(found), static pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    [Fact]
    public void AConstraintThatIsNotWithATokenizerOrWithStopTextsIsAnError()
    {
        var options = new SamplingOptions { Constraint = TextConstraint.Choice("a") };

        Assert.Throws<ArgumentException>(() => new TokenSampler(options, 1));
        Assert.StartsWith(
            "A text that ends at one of some texts might be cut before its constraint is met; leave either out.",
            Assert.Throws<ArgumentException>(() => new TokenSampler(options with { Stop = ["b"] }, 1, new ByteTokenizer())).Message,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void WhatIsCertainIsForeseenAndAGuessAsFarAsItIsAllowed()
    {
        var tokenizer = CharacterTokenizer.FromText("abcdefg", 8, (SpecialTokenRole.End, "<end>"));
        var text = new ConstrainedText(TextConstraint.Regex("abc(de|fg)a?"), tokenizer, 10, 0);

        Assert.Equal("abc", tokenizer.Decode(text.Foresee([], 9)));
        Assert.Equal("ab", tokenizer.Decode(text.Foresee([], 2)));
        Assert.Equal("abcfg", tokenizer.Decode(text.Foresee(tokenizer.Encode("abcf"), 9)));
        Assert.Equal("abcdea", tokenizer.Decode(text.Foresee(tokenizer.Encode("abcdea"), 9)));
        Assert.Equal("abc", tokenizer.Decode(text.Foresee(tokenizer.Encode("abde"), 9)));
    }

    private static IEnumerable<int[]> Sequences(int[] tokens, int most)
    {
        IEnumerable<int[]> last =
        [
            [],
        ];
        for (var length = 1; length <= most; length++)
        {
            // What is longer than any text leads nowhere.
            last = [.. last.SelectMany(before => tokens.Select(token => (int[])[.. before, token]))];
            foreach (var sequence in last)
            {
                yield return sequence;
            }
        }
    }

    private static IEnumerable<int[]> Beginnings(int[] sequence) =>
        Enumerable.Range(0, sequence.Length + 1).Select(length => sequence[..length]);
}
