namespace SpotifyClientCredentials.Benchmarks.Fleet;

/// <summary>All worker processes, and so all instances of the fleet.</summary>
internal sealed class Workers(FleetSettings settings, FleetServer server, Store store) : IDisposable
{
    private readonly Worker[] _workers = [.. Enumerable.Range(0, settings.Processes).Select(_ => new Worker(store.ConnectionString))];

    /// <summary>Builds all instances anew: none has a token.</summary>
    public Task BuildAsync(FleetApp app, Sharing sharing) => AllAsync(new Order
    {
        Kind = OrderKind.Build,
        Instances = settings.InstancesEach,
        Settings = new InstanceSettings
        {
            TokenEndpoint = server.TokenEndpoint,
            ApiBaseAddress = server.ApiBaseAddress,
            ClientId = app.ClientId,
            Secret = app.Secret,
            RenewalWindow = settings.RenewalWindow,
            Sharing = sharing,
        },
    });

    /// <summary>One call of each instance, all at the same moment.</summary>
    public Task<Tally> CallAsync() => AllAsync(new Order { Kind = OrderKind.Call, Instances = settings.InstancesEach });

    /// <summary>One call of one instance.</summary>
    public Task<Tally> CallFirstAsync() => _workers[0].CarryOutAsync(new Order { Kind = OrderKind.Call, Instances = 1 });

    /// <summary>Has each instance call again and again.</summary>
    public Task StartCallingAsync() => AllAsync(new Order { Kind = OrderKind.Start, Pause = settings.Pause });

    public Task<Tally> StopCallingAsync() => AllAsync(new Order { Kind = OrderKind.Stop });

    /// <summary>Gives half of the instances of each process, and so of the fleet, the app's new secret.</summary>
    public Task RotateHalfAsync(FleetApp app) => AllAsync(new Order { Kind = OrderKind.Rotate, Instances = (settings.InstancesEach + 1) / 2, Secret = app.NewSecret });

    public void Dispose() => Array.ForEach(_workers, worker => worker.Dispose());

    private async Task<Tally> AllAsync(Order order) => Tally.Sum(await Task.WhenAll(_workers.Select(worker => worker.CarryOutAsync(order))));
}
