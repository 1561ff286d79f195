namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>The size of the fleet and its times.</summary>
internal sealed record FleetSettings
{
    private FleetSettings(int processes, int instancesPerProcess, bool isMiniature)
    {
        (Processes, InstancesPerProcess) = (processes, instancesPerProcess);
        (TokenLifetime, Latency, Pause, Lifetimes) = isMiniature
            ? (TimeSpan.FromSeconds(3), TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(50), 2)
            : (TimeSpan.FromSeconds(20), TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(500), 5);
    }

    public int Processes { get; }

    public int InstancesPerProcess { get; }

    public int Instances => Processes * InstancesPerProcess;

    /// <summary>The lifetime of a token.</summary>
    public TimeSpan TokenLifetime { get; }

    public TimeSpan RenewalWindow => TokenLifetime / 4;

    /// <summary>The response time of the token endpoint.</summary>
    public TimeSpan Latency { get; }

    /// <summary>The pause between two calls of an instance.</summary>
    public TimeSpan Pause { get; }

    /// <summary>The number of token lifetimes for which the steady state is measured.</summary>
    public int Lifetimes { get; }

    public static FleetSettings From(Arguments arguments) =>
        new(arguments.Processes ?? (arguments.IsMiniature ? 2 : 8), arguments.Instances ?? (arguments.IsMiniature ? 3 : 50), arguments.IsMiniature);
}
