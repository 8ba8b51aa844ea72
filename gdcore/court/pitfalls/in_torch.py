"""Where PyTorch surprises."""

from gdcore.court.pitfalls.record import Pitfall

PITFALLS = (
    Pitfall(
        name="zero_grad",
        backend="torch",
        program="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            for _ in range(3):
                y = x * x
                y.backward()
                print(x.grad.item())
        """,
        repaired="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            for _ in range(3):
                x.grad = None
                y = x * x
                y.backward()
                print(x.grad.item())
        """,
    ),
    Pitfall(
        name="in_place",
        backend="torch",
        program="""
            import torch
            x = torch.tensor(1.0, requires_grad=True)
            y = torch.exp(x)
            y += 1.0
            y.backward()
            print(x.grad.item())
        """,
        repaired="""
            import torch
            x = torch.tensor(1.0, requires_grad=True)
            y = torch.exp(x)
            y = y + 1.0
            y.backward()
            print(x.grad.item())
        """,
    ),
    Pitfall(
        name="leaf_in_place",
        backend="torch",
        program="""
            import torch
            w = torch.tensor(3.0, requires_grad=True)
            (w * w).backward()
            w -= 0.1 * w.grad
            print(w.item())
        """,
        repaired="""
            import torch
            w = torch.tensor(3.0, requires_grad=True)
            (w * w).backward()
            with torch.no_grad():
                w -= 0.1 * w.grad
            print(w.item())
        """,
    ),
    Pitfall(
        name="detached",
        backend="torch",
        program="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x * x.detach()
            y.backward()
            print(x.grad.item())
        """,
        repaired="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x * x
            y.backward()
            print(x.grad.item())
        """,
    ),
    Pitfall(
        name="item",
        backend="torch",
        program="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x.item() ** 2
            y.backward()
        """,
        repaired="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x**2
            y.backward()
            print(y.item(), x.grad.item())
        """,
    ),
    Pitfall(
        name="integer_tensor",
        backend="torch",
        program="""
            import torch
            x = torch.tensor(3, requires_grad=True)
        """,
        repaired="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            (x * x).backward()
            print(x.grad.item())
        """,
    ),
    Pitfall(
        name="backward_twice",
        backend="torch",
        program="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            y = x * x
            y.backward()
            y.backward()
        """,
        repaired="""
            import torch
            x = torch.tensor(3.0, requires_grad=True)
            for _ in range(2):
                x.grad = None
                y = x * x
                y.backward()
                print(x.grad.item())
        """,
    ),
    Pitfall(
        name="where_nan_torch",
        backend="torch",
        program="""
            import torch
            x = torch.tensor([0.0, 4.0], requires_grad=True)
            y = torch.where(x > 0, torch.sqrt(x), 0.0)
            y.sum().backward()
            print(y.tolist(), x.grad.tolist())
        """,
        repaired="""
            import torch
            x = torch.tensor([0.0, 4.0], requires_grad=True)
            safe = torch.where(x > 0, x, 1.0)
            y = torch.where(x > 0, torch.sqrt(safe), 0.0)
            y.sum().backward()
            print(y.tolist(), x.grad.tolist())
        """,
    ),
)
