using ModelGen.Constraints;
using ModelGen.Tokenization;

namespace ModelGen.Sampling;

/// <summary>Where a text stands that is written under a constraint.</summary>
internal sealed class ConstrainedText
{
    private readonly TokenAutomaton _automaton;
    private readonly int _state;
    private readonly int _most; // tokens that may still come
    private readonly int _least; // tokens that must still come

    /// <summary>Begins a text.</summary>
    /// <param name="constraint">The set of texts.</param>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="most">How many tokens it may have.</param>
    /// <param name="least">How many tokens it must have.</param>
    /// <exception cref="ModelGenException">No text of the set can be written with these tokens, or with so many.</exception>
    public ConstrainedText(TextConstraint constraint, Tokenizer tokenizer, int most, int least)
    {
        _automaton = constraint.For(tokenizer);
        (_state, _most, _least) = (_automaton.Start, most, least);
        var (shortest, longest) = (_automaton.ShortestFrom(_state), _automaton.LongestFrom(_state));
        if (shortest > most)
        {
            throw new ModelGenException(
                $"The shortest text that the constraint allows has {shortest} tokens, but a text may have no more than {most}; allow more "
                    + "tokens, or a shorter text."
            );
        }

        if (longest < least)
        {
            throw new ModelGenException(
                $"The longest text that the constraint allows has {longest} tokens, but a text must have at least {least}; ask for fewer "
                    + "tokens, or allow a longer text."
            );
        }

        if (least > most)
        {
            throw new ModelGenException(
                $"A text may have no more than {most} tokens, but must have at least {least}; make one fit the other."
            );
        }

        if (!_automaton.IsLive(_state, least, most))
        {
            throw new ModelGenException(
                $"No text that the constraint allows has from {least} to {most} tokens, although some have fewer and some have more; leave "
                    + "more room between the two numbers."
            );
        }
    }

    private ConstrainedText(TokenAutomaton automaton, int state, int most, int least) =>
        (_automaton, _state, _most, _least) = (automaton, state, most, least);

    /// <summary>Whether the text may end here.</summary>
    public bool MayEnd => _least == 0 && _automaton.IsAccepting(_state);

    /// <summary>Whether the text has ended, because nothing may follow.</summary>
    public bool IsComplete => _most == 0 || _automaton.LongestFrom(_state) == 0;

    /// <summary>The tokens that may come next.</summary>
    public TokenSet Allowed => IsComplete ? TokenSet.Empty : _automaton.Allowed(_state, Rest(_most), Rest(_least));

    /// <summary>The text with one token more.</summary>
    /// <param name="token">One of the tokens that may come next.</param>
    public ConstrainedText Then(int token) => new(_automaton, _automaton.Next(_state, token), Rest(_most), Rest(_least));

    /// <summary>The tokens that will come next for certain, or as guessed.</summary>
    /// <param name="guess">What is guessed.</param>
    /// <param name="count">How many tokens to give at most.</param>
    public int[] Foresee(IReadOnlyList<int> guess, int count)
    {
        var (text, tokens, isAsGuessed) = (this, new List<int>(), true);
        while (tokens.Count < count && !text.IsComplete)
        {
            var allowed = text.Allowed;
            isAsGuessed = isAsGuessed && tokens.Count < guess.Count && allowed.Contains(guess[tokens.Count]);
            var certain = text.MayEnd ? null : allowed.Only;
            if (!isAsGuessed && certain is null)
            {
                break;
            }

            var next = certain ?? guess[tokens.Count];
            tokens.Add(next);
            text = text.Then(next);
        }

        return [.. tokens];
    }

    private static int Rest(int count) => count is 0 or TokenAutomaton.Unbounded ? count : count - 1;
}
