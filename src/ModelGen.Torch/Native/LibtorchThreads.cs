using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace ModelGen.Native;

/// <summary>Runs C# on libtorch's own threads, like its operations.</summary>
internal static unsafe class LibtorchThreads
{
    /// <summary>The number of threads that an operation on the calling thread may use.</summary>
    public static int Count
    {
        get
        {
            _ = Shim.ThreadCount(out var count);
            return Math.Max(1, (int)count);
        }
    }

    /// <summary>Runs work for each index from 0, in parallel as far as there are threads.</summary>
    /// <param name="count">The number of indices.</param>
    /// <param name="work">The work; on other threads it must not touch TorchSharp's tensors, whose dispose scopes belong to the calling
    /// thread.</param>
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
                throw new InvalidOperationException("libtorch could not run work on its threads; see standard error for the reason.");
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
            // Exceptions cannot propagate through libtorch.
            run.Failure = exception;
        }
    }

    private sealed class Work(Action<int> action)
    {
        public Action<int> Action { get; } = action;

        public Exception? Failure { get; set; }
    }
}
