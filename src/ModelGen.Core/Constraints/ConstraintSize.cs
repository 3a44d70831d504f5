namespace ModelGen.Constraints;

/// <summary>How large an automaton may become: what counts long stretches exactly needs a state for each number.</summary>
internal static class ConstraintSize
{
    private const int MostStates = 1_000_000;

    /// <summary>Throws where there are too many states.</summary>
    /// <param name="count">How many there are.</param>
    public static void Check(int count)
    {
        if (count > MostStates)
        {
            throw new ModelGenException(
                $"The constraint needs more than {MostStates} states; allow shorter texts, or leave their length open: each number that a "
                    + "quantifier, a length or a count of items names makes room for as many copies of what it counts."
            );
        }
    }
}
