namespace ModelGen.Constraints;

/// <summary>How large an automaton may become: what counts long stretches exactly needs a state for each number.</summary>
internal static class ConstraintSize
{
    private const int MostSteps = 1_000_000;
    private const int MostStates = 200_000;
    private const long MostNodes = 3_000_000_000;

    // Sets of states, and tables of next states.
    private const long MostEntries = 20_000_000;

    /// <summary>Throws where an expression has too many steps.</summary>
    /// <exception cref="ModelGenException">There are too many.</exception>
    public static void CheckSteps(int steps) => Check(steps <= MostSteps);

    /// <summary>Throws where an automaton has too many states.</summary>
    /// <param name="states">How many there are.</param>
    /// <param name="entries">How many numbers are kept for them.</param>
    /// <exception cref="ModelGenException">There are too many.</exception>
    public static void CheckStates(int states, long entries) => Check(states <= MostStates && entries <= MostEntries);

    /// <summary>Throws where the tokens of an automaton take too long to find.</summary>
    /// <param name="nodes">How many places in the vocabulary have been looked at.</param>
    /// <exception cref="ModelGenException">There are too many.</exception>
    public static void CheckNodes(long nodes) => Check(HasRoomFor(nodes));

    /// <summary>Whether as many places in the vocabulary are not too many.</summary>
    public static bool HasRoomFor(long nodes) => nodes <= MostNodes;

    private static void Check(bool isSmallEnough)
    {
        if (!isSmallEnough)
        {
            throw new ModelGenException(
                "The constraint is too large: there are too many texts to choose from, or it counts too far. Each number that a "
                    + "quantifier, a length or a count of items names makes room for as many copies of what it counts; allow shorter "
                    + "texts, or leave their length open."
            );
        }
    }
}
