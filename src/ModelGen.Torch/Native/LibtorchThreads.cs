using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>Runs C# on libtorch's own threads, as its operations run on them.</summary>
internal static unsafe class LibtorchThreads
{
    /// <summary>How many threads an operation of the caller's may have.</summary>
    public static int Count
    {
        get
        {
            _ = Shim.ThreadCount(out var count);
            return Math.Max(1, (int)count);
        }
    }

    /// <summary>Runs a piece of work for each number from 0, at the same time as far as there are threads.</summary>
    /// <param name="count">How many numbers.</param>
    /// <param name="work">The work; on other threads it must not touch TorchSharp's tensors, whose scopes are the caller's.</param>
    public static void Run(int count, Action<int> work)
    {
        if (count == 1)
        {
            work(0);
            return;
        }

        var run = new Work(work);
        var handle = GCHandle.Alloc(run);
        try
        {
            if (Shim.ParallelFor(0, count, 1, &Part, (void*)GCHandle.ToIntPtr(handle)) != 0)
            {
                throw new InvalidOperationException("libtorch could not run work on its threads; its reason is on standard error.");
            }
        }
        finally
        {
            handle.Free();
        }

        if (run.Failure is { } failure)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Part(long begin, long end, void* context)
    {
        var run = (Work)GCHandle.FromIntPtr((nint)context).Target!;
        try
        {
            for (var number = begin; number < end; number++)
            {
                run.Action((int)number);
            }
        }
        catch (Exception exception)
        {
            // It cannot pass through libtorch.
            run.Failure = exception;
        }
    }

    private sealed class Work(Action<int> action)
    {
        public Action<int> Action { get; } = action;

        public Exception? Failure { get; set; }
    }
}
