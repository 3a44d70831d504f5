namespace ModelGen.Cli.Ratings;

/// <summary>Keys that someone presses on a terminal; from a file or a pipe, lines of one character.</summary>
internal static class KeyInput
{
    private const char None = '\0';

    /// <summary>Waits for a key.</summary>
    /// <param name="stop">Stops waiting.</param>
    /// <returns>The key, in lower case; null at the end of the input.</returns>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public static char? Read(CancellationToken stop)
    {
        // Neither of them can be interrupted; the process ends without it.
        var reading = Console.IsInputRedirected
            ? Task.Run(static () => Console.In.ReadLine() is { } line ? KeyOf(line.Trim()) : (char?)null, CancellationToken.None)
            : Task.Run(static () => (char?)Console.ReadKey(intercept: true).KeyChar, CancellationToken.None);
        return reading.WaitAsync(stop).GetAwaiter().GetResult() is { } key ? char.ToLowerInvariant(key) : null;
    }

    private static char KeyOf(string line) => line.Length == 1 ? line[0] : None;
}
