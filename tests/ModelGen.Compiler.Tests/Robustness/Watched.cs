using System.Collections.Concurrent;
using System.Globalization;
using ModelGen.Compiler.Diagnostics;

namespace ModelGen.Compiler.Tests.Robustness;

/// <summary>Compiles texts on threads with a small stack and notices one that does not come to an end.</summary>
internal static class Watched
{
    // Half of what the smallest system gives its threads. What overflows it ends the test run.
    private const int StackSize = 512 * 1024;

    // Far more than the slowest text takes, on any machine.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    /// <summary>Compiles <paramref name="count"/> texts; gives how many compiled and how often each rule was reported.</summary>
    public static (int Compiled, IReadOnlyDictionary<string, int> Rules) Compile(
        int count,
        Func<int, string> text,
        Func<string, (bool HasCode, IReadOnlyList<Diagnostic> Diagnostics)>? compile = null
    )
    {
        compile ??= static written => Of(SpecCompiler.Compile(written, "example.model.yaml", "Example"));
        var rules = new ConcurrentDictionary<string, int>();
        var problems = new ConcurrentQueue<string>();
        var (next, compiled) = (-1, 0);
        var workers = Enumerable.Range(0, Math.Min(count, Environment.ProcessorCount)).Select(_ => new Worker()).ToList();
        foreach (var worker in workers)
        {
            worker.Thread = new Thread(
                () =>
                {
                    while (problems.IsEmpty && Interlocked.Increment(ref next) is var i && i < count)
                    {
                        var written = text(i);
                        worker.Start(i);
                        try
                        {
                            var (hasCode, diagnostics) = compile(written);
                            Check(written, hasCode, diagnostics);
                            Interlocked.Add(ref compiled, hasCode ? 1 : 0);
                            foreach (var diagnostic in diagnostics)
                            {
                                rules.AddOrUpdate(diagnostic.Rule.Id, 1, (_, known) => known + 1);
                            }
                        }
                        catch (Exception exception)
                        {
                            problems.Enqueue(string.Create(CultureInfo.InvariantCulture, $"text {i}: {exception}\n\n{written}"));
                        }

                        worker.Stop();
                    }
                },
                StackSize
            )
            {
                IsBackground = true,
            };
            worker.Thread.Start();
        }

        foreach (var worker in workers)
        {
            while (!worker.Thread!.Join(TimeSpan.FromSeconds(1)))
            {
                var stuck = workers.FirstOrDefault(candidate => candidate.Elapsed > Longest);
                Assert.True(
                    stuck is null,
                    string.Create(
                        CultureInfo.InvariantCulture,
                        $"text {stuck?.Text} does not come to an end:\n{(stuck is null ? "" : text(stuck.Text))}"
                    )
                );
            }
        }

        Assert.True(problems.IsEmpty, string.Join("\n\n", problems));
        return (compiled, rules);
    }

    private static (bool HasCode, IReadOnlyList<Diagnostic> Diagnostics) Of(CompiledSpec compiled) =>
        (compiled.Code is not null, compiled.Diagnostics);

    // What must hold of any text.
    private static void Check(string text, bool hasCode, IReadOnlyList<Diagnostic> diagnostics)
    {
        Assert.Equal(hasCode, diagnostics.Count == 0);
        foreach (var diagnostic in diagnostics)
        {
            var (span, message) = (diagnostic.Span, diagnostic.Message);
            Assert.False(diagnostic.Rule == Rules.Internal, message);
            Assert.True(span.Start >= 0 && span.Length >= 0 && span.Start + span.Length <= text.Length, $"{diagnostic.Rule.Id} at {span}");
            Assert.True(
                span.Line >= 1 && span.Column >= 1 && span.EndLine >= span.Line && span.EndColumn >= 1,
                $"{diagnostic.Rule.Id} at {span}"
            );
            Assert.True(message.Length is > 0 and < 8000 && !message.Any(char.IsControl), $"{diagnostic.Rule.Id}: {message}");
        }
    }

    private sealed class Worker
    {
        private long _started;

        public Thread? Thread { get; set; }

        public int Text { get; private set; }

        public TimeSpan Elapsed =>
            Interlocked.Read(ref _started) is not 0 and var started
                ? TimeSpan.FromMilliseconds(Environment.TickCount64 - started)
                : TimeSpan.Zero;

        public void Start(int text)
        {
            Text = text;
            Interlocked.Exchange(ref _started, Environment.TickCount64);
        }

        public void Stop() => Interlocked.Exchange(ref _started, 0);
    }
}
