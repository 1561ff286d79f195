namespace SpotifyClientCredentials.Testing.Server;

/// <summary>Faults that the fake Web API imitates for as long as a test asks for them.</summary>
internal sealed class ApiFaults(TimeProvider timeProvider)
{
    private static readonly FakeResponse GatewayError = ApiError.Unauthorized("Access token missing");

    private readonly object _lock = new();
    private int _unauthorizedInterval;
    private int _requests;
    private DateTimeOffset _rateLimitedUntil;
    private string? _rateLimitedPath;

    public int UnauthorizedInterval
    {
        get => Read(ref _unauthorizedInterval);
        set
        {
            lock (_lock)
            {
                _unauthorizedInterval = value;
                _requests = 0;
            }
        }
    }

    public DateTimeOffset RateLimitedUntil
    {
        get => Read(ref _rateLimitedUntil);
        set => Write(ref _rateLimitedUntil, value);
    }

    public string? RateLimitedPath
    {
        get => Read(ref _rateLimitedPath);
        set => Write(ref _rateLimitedPath, value);
    }

    public FakeResponse? GetGatewayError()
    {
        lock (_lock)
        {
            return _unauthorizedInterval > 0 && ++_requests % _unauthorizedInterval == 0 ? GatewayError : null;
        }
    }

    public FakeResponse? GetRateLimitError(string path)
    {
        lock (_lock)
        {
            TimeSpan left = _rateLimitedUntil - timeProvider.GetUtcNow();
            return left > TimeSpan.Zero && (_rateLimitedPath is null || _rateLimitedPath == path) ? FakeResponse.RateLimited(left) : null;
        }
    }

    private T Read<T>(ref T field)
    {
        lock (_lock)
        {
            return field;
        }
    }

    private void Write<T>(ref T field, T value)
    {
        lock (_lock)
        {
            field = value;
        }
    }
}
