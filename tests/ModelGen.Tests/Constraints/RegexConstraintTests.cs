using System.Text.RegularExpressions;
using ModelGen.Constraints;
using ModelGen.Tokenization;

namespace ModelGen.Tests.Constraints;

/// <summary>Regular expressions as sets of texts, against .NET's engine.</summary>
public sealed class RegexConstraintTests
{
    private static readonly ByteTokenizer Bytes = new((SpecialTokenRole.End, "<end>"));

    [Theory]
    [InlineData("abc")]
    [InlineData("a|bc|d*")]
    [InlineData("(a|b)*abb")]
    [InlineData("[a-c]{2,4}")]
    [InlineData("(ab?){2,}c")]
    [InlineData("(a{0,2}b){0,3}")]
    [InlineData("[^b]+")]
    [InlineData("a.c")]
    [InlineData(@"\d{1,3}(\.\d+)?")]
    [InlineData(@"\w+\s\w+")]
    [InlineData(@"[\w.-]+@\w+\.(com|org)")]
    [InlineData(@"\D\W\S")]
    [InlineData("[^\\d]")]
    [InlineData("(?:a|(?<name>b))c??")]
    [InlineData("(?i)aB[c-e]1")]
    [InlineData("x(?i:y)z")]
    [InlineData(@"\p{Lu}\p{Ll}*")]
    [InlineData(@"\P{L}")]
    [InlineData("[äöü€]{1,2}")]
    [InlineData("(?i)[^k-n]+")]
    [InlineData("(?i)[^sx]")]
    [InlineData(@"\u00e4\x41\t\.")]
    [InlineData("^a$|^b+$")]
    [InlineData("")]
    [InlineData("(|a)(b|)")]
    public void AnExpressionAllowsWhatDotNetMatchesAsAWhole(string pattern)
    {
        var constraint = TextConstraint.Regex(pattern);
        var engine = new Regex($"^(?:{pattern})\\z", RegexOptions.CultureInvariant);
        var alphabet = "abcdexyz019 .@-_\t\nABCÄäöü€é";
        var random = new Random(1);
        var allowed = 0;
        for (var i = 0; i < 3000; i++)
        {
            var text =
                i % 3 == 0
                    ? RandomWriter.Write(constraint, Bytes, 12, (ulong)i)
                    : new string([.. Enumerable.Range(0, random.Next(6)).Select(_ => alphabet[random.Next(alphabet.Length)])]);
            if (i % 3 == 1)
            {
                text = Changed(RandomWriter.Write(constraint, Bytes, 12, (ulong)i), alphabet, random);
            }

            // .NET takes halves of surrogate pairs for characters, and letters of all scripts for those of words.
            var isMatch = engine.IsMatch(text);
            var isAllowed = constraint.Allows(text);
            Assert.True(
                isMatch == isAllowed || text.Any(char.IsSurrogate) || (isMatch && !text.All(char.IsAscii)),
                $"'{text}' of {pattern}"
            );
            Assert.True(isAllowed || i % 3 != 0, $"'{text}' of {pattern}");
            allowed += isAllowed ? 1 : 0;
        }

        Assert.InRange(allowed, 1000, 2999);
    }

    [Fact]
    public void CharactersBeyondTheFirstPlaneAreCharacters()
    {
        var constraint = TextConstraint.Regex("[é😀-😂]{2}.[^a]😀");

        Assert.All(["😀😁éé😀", "éé€b😀"], text => Assert.True(constraint.Allows(text), text));

        // What engines that count in UTF-16 take for two characters comes only where it is named.
        Assert.All(["😃éab😀", "😀😀😀b😀", "😀😀a😀😀", "😀😀\rb😀"], text => Assert.False(constraint.Allows(text), text));
        Assert.All([@"\P{Lu}", @"\p{L}", @"\W", @"\D", @"\S"], set => Assert.False(TextConstraint.Regex(set).Allows("𝐀"), set));
    }

    [Fact]
    public void NothingIsNothingHoweverOften()
    {
        var constraint = TextConstraint.Regex("((){2000000000}){2000000000}a");

        Assert.True(constraint.Allows("a"));
        Assert.False(constraint.Allows("aa"));
    }

    [Theory]
    [InlineData("(a", "no ')' at position 2")]
    [InlineData("a)", "')' without '(' at position 1")]
    [InlineData("a**", "a character that must stand elsewhere at position 2")]
    [InlineData("a{3,2}", "a quantifier from 3 to 2 at position 6")]
    [InlineData("a*+", "a possessive quantifier at position 3")]
    [InlineData(@"(a)\1", @"'\1' at position 5")]
    [InlineData(@"\bword", @"'\b' at position 2")]
    [InlineData("(?=a)b", "a group that looks around or that is of a kind that is not known at position 1")]
    [InlineData("(?<!a)b", "a group that looks around or that is of a kind that is not known at position 1")]
    [InlineData("a$b", "'$' before the end at position 2")]
    [InlineData("a(^b)", "a character that must stand elsewhere at position 2")]
    [InlineData("[z-a]", "a range from its end to its start at position 4")]
    [InlineData("[]", "an empty class at position 2")]
    [InlineData("\\", "a backslash at the end at position 1")]
    [InlineData("(?<a)b>c)", "a group that looks around or that is of a kind that is not known at position 1")]
    [InlineData("(?<a-b>c)", "a group that looks around or that is of a kind that is not known at position 1")]
    [InlineData("(?i)[^é]", "a letter other than a to z in a class of all others, where case is ignored, at position 7")]
    public void WhatNoAutomatonCanFollowIsAnError(string pattern, string problem)
    {
        var exception = Assert.Throws<ModelGenException>(() => TextConstraint.Regex(pattern));

        Assert.StartsWith($"The pattern '{pattern}' has {problem}. ", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AnEmptySetIsAnError() =>
        Assert.Equal(
            "The constraint allows no text at all: what it asks for contradicts itself.",
            Assert.Throws<ModelGenException>(() => TextConstraint.Regex(@"a[^\s\S]")).Message
        );

    [Theory]
    [InlineData("((a{100}b){100}c){1000}")]
    [InlineData("(a?){100000}")]
    [InlineData("[^b]*a[^b]{50000}")]
    public void WhatCountsTooFarIsAnError(string pattern) =>
        Assert.StartsWith(
            "The constraint is too large: ",
            Assert.Throws<ModelGenException>(() => TextConstraint.Regex(pattern)).Message,
            StringComparison.Ordinal
        );

    [Fact]
    public void ConstraintsOfOneTextAreOne() => Assert.Same(TextConstraint.Regex("once+"), TextConstraint.Regex("once+"));

    [Fact]
    public void AChoiceAllowsItsTextsAlone()
    {
        var choice = TextConstraint.Choice("yes", "no", "yes, please", "ja/nein", "");

        Assert.All(["yes", "no", "yes, please", "ja/nein", ""], text => Assert.True(choice.Allows(text)));
        Assert.All(["y", "yes,", "noo", "yesno"], text => Assert.False(choice.Allows(text)));
        Assert.Throws<ArgumentException>(() => TextConstraint.Choice());
        Assert.Throws<ArgumentException>(() => TextConstraint.Choice("a", null!));
        Assert.Throws<ArgumentException>(() => TextConstraint.Choice("a\uD83D"));
        Assert.True(TextConstraint.Choice("\uFFFD").Allows("\uFFFD"));
    }

    private static string Changed(string text, string alphabet, Random random)
    {
        if (text.Length == 0)
        {
            return alphabet[random.Next(alphabet.Length)].ToString();
        }

        var place = random.Next(text.Length);
        return random.Next(2) == 0 ? text.Remove(place, 1) : text[..place] + alphabet[random.Next(alphabet.Length)] + text[(place + 1)..];
    }
}
