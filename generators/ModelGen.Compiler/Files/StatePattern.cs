namespace ModelGen.Compiler.Files;

/// <summary>
/// A pattern for names in a model's state: a name, everything below it, and <c>*</c> for any letters of one part. <c>blocks.*.linear</c>
/// covers <c>blocks.3.linear.weight</c>.
/// </summary>
internal static class StatePattern
{
    /// <summary>Whether a pattern covers a name.</summary>
    /// <param name="pattern">The pattern.</param>
    /// <param name="name">The name, with dots between its parts.</param>
    public static bool Covers(string pattern, string name)
    {
        var (wanted, parts) = (pattern.Split('.'), name.Split('.'));
        return wanted.Length <= parts.Length && wanted.Zip(parts, IsLike).All(static fits => fits);
    }

    // The only freedom of a star is where it ends: after a mismatch the last one takes a letter more.
    private static bool IsLike(string pattern, string text)
    {
        var (p, t, star, taken) = (0, 0, -1, 0);
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                (star, taken) = (p++, t);
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++taken;
            }
            else
            {
                return false;
            }
        }

        return pattern.Skip(p).All(static letter => letter == '*');
    }
}
