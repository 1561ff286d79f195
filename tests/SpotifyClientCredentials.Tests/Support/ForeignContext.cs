using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace SpotifyClientCredentials.Tests.Support;

/// <summary>
/// A synchronization context, like that of a user interface, on every thread that runs an asynchronous flow. It records each await that
/// returns to it, not only the first one of a method.
/// </summary>
internal sealed class ForeignContext : SynchronizationContext
{
    // Sets a context on each thread that the flow moves to: a new copy each time, because .NET doesn't post to the context that is already current.
    private static readonly AsyncLocal<ForeignContext?> Flow = new(change => SetSynchronizationContext(change.CurrentValue?.CreateCopy()));

    private readonly ConcurrentQueue<Type> _returned;

    public ForeignContext()
        : this([])
    {
    }

    private ForeignContext(ConcurrentQueue<Type> returned) => _returned = returned;

    /// <summary>The library's methods that returned to the context.</summary>
    public IReadOnlyList<string> Returned => ReturnedIn(typeof(ClientCredentialsTokenProvider).Assembly);

    public IReadOnlyList<string> ReturnedIn(Assembly assembly) =>
        [.. _returned.Where(machine => machine.Assembly == assembly).Select(machine => $"{machine.DeclaringType!.Name}.{machine.Name}")];

    public Task RunAsync(Func<Task> flow) => Task.Run(() =>
    {
        Flow.Value = this;
        return flow();
    });

    public override void Post(SendOrPostCallback d, object? state)
    {
        if (StateMachine(state) is { } machine)
        {
            _returned.Enqueue(machine);
        }

        ThreadPool.UnsafeQueueUserWorkItem(_ => d(state), state: null);
    }

    public override SynchronizationContext CreateCopy() => new ForeignContext(_returned);

    // The posted state contains the state machine of the method that awaits, in a box of .NET's. The compiler nests it into the method's type.
    private static Type? StateMachine(object? posted, int depth = 3)
    {
        if (posted is null or string || depth == 0)
        {
            return null;
        }

        if (posted.GetType().GetGenericArguments().LastOrDefault() is { DeclaringType: not null } machine && machine.IsAssignableTo(typeof(IAsyncStateMachine)))
        {
            return machine;
        }

        IEnumerable<object?> parts = posted is Delegate continuation
            ? [continuation.Target]
            : posted.GetType().GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Select(field => field.GetValue(posted));
        return parts.Select(part => StateMachine(part, depth - 1)).FirstOrDefault(machine => machine is not null);
    }
}
