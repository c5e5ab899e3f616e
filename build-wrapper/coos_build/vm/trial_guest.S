# SPDX-FileCopyrightText: 2026 The coos-license authors
# SPDX-License-Identifier: Apache-2.0
#
# The trial guest of trial_guest.py, for the GNU assembler. It goes where each loader
# and kernel goes: an interrupt return in real mode, then protected mode, paging and
# 64-bit code; there it prints a line on the first serial port, and ends QEMU through
# its debug exit device. A KVM that fails at one of these cannot run a stock guest.
#
#   as --64 -o trial.o trial_guest.S && objcopy -O binary -j .text trial.o trial.bin

        .set    origin, 0x7c00          # where firmware loads a boot sector

        .code16
start:  cli
        xorw    %ax, %ax
        movw    %ax, %ds
        movw    %ax, %es
        movw    %ax, %ss
        movw    $origin, %sp
        pushfw
        pushw   %cs
        pushw   $origin + returned - start
        iretw

        # Tables at 0x1000, 0x2000 and 0x3000 map the first 2 MiB to themselves.
returned:
        movw    $0x1000, %di
        movw    $0x1800, %cx
        cld
        rep stosw
        movw    $0x2003, 0x1000
        movw    $0x3003, 0x2000
        movw    $0x0083, 0x3000
        movl    $0x20, %eax             # physical address extension
        movl    %eax, %cr4
        movl    $0x1000, %eax
        movl    %eax, %cr3
        movl    $0xc0000080, %ecx       # EFER: enable long mode
        rdmsr
        btsl    $8, %eax
        wrmsr
        lgdtl   origin + pointer - start
        movl    $0x80000001, %eax       # paging and protection, at once
        movl    %eax, %cr0
        ljmpl   $8, $origin + long_mode - start

        .code64
long_mode:
        movw    $0x3f8, %dx
        movl    $origin + text - start, %esi
        movl    $text_end - text, %ecx
        rep outsb
        movl    $0x10, %eax
        outl    %eax, $0xf4
halt:   hlt
        jmp     halt

        .balign 8
gdt:    .quad   0
        .quad   0x00209a0000000000      # a 64-bit code segment
pointer:
        .word   pointer - gdt - 1
        .long   origin + gdt - start
text:   .ascii  "coos-build: guest runs\r\n"
text_end:
        .org    510
        .word   0xaa55
